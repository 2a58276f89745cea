// SPDX-License-Identifier: Apache-2.0
// Who waits for whom: what an estimate of waits is made of (domain/wait_estimate). A picture of the router at one moment; the pointers
// in it are good until the router takes in its next fact. Thread: the router's.
#pragma once

#include "domain/conversation.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace switchboard::domain {

struct Competition {
    struct Waiting {
        const ConversationId* id = nullptr;
        Place order{};          // effective arrival, urgent ones before everything else
        unsigned position = 0;  // in its department, 1 = next
    };
    // Conversations that the same agents may take.
    struct Group {
        std::size_t department = 0;    // position in `departments`
        std::vector<Waiting> waiting;  // next first; empty: whoever would come to the department now and asks for no skill
        bool room = false;             // an agent could take one at once
    };
    // Agents who may take from the same groups and accept work now, with what they have in hand.
    struct Team {
        std::vector<std::uint32_t> groups;                    // positions in `groups`, ascending
        std::vector<std::pair<std::size_t, unsigned>> holds;  // department and number of conversations
    };
    struct Department {
        DepartmentId id;
        unsigned waiting = 0;
    };

    std::vector<Department> departments;  // in the configuration's order
    // One for each department as such, in their order; then those of what waits; from `compared` on, what is left over when they are
    // too many, for which no team is told.
    std::vector<Group> groups;
    std::size_t compared = 0;
    std::vector<Team> teams;
};

}  // namespace switchboard::domain
