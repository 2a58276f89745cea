// SPDX-License-Identifier: Apache-2.0
// Customers and agents who do anything at any time, straight at the store, as the sessions of a node would. The choices come from one
// seed. Thread: one.
#pragma once

#include "integration/routing/witness.hpp"

#include <random>

namespace switchboard::test {

class People {
public:
    People(Stores& stores, Witness& witness, domain::TenantConfigPtr config, std::uint64_t seed);

    // Something random, by somebody random.
    void act();
    // Every open offer is accepted, nothing else is done.
    void accept_all();
    // All agents come, and stay.
    void everybody_comes();
    // All at once: customers come until so many wait, every offer is accepted, everything active is closed.
    void rush(std::size_t waiting);

    bool one_in(unsigned chances) { return below(chances) == 0; }
    unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_); }

private:
    using Status = domain::ConversationStatus;

    void start();
    ports::StartConversation next_start(domain::Requirement requirement);
    void come_or_go();
    void end_by_customer();
    void sign_in_or_out();
    void answer_an_offer();
    void finish();
    void pass_on();
    void prioritize();
    void accept(const domain::Conversation& conversation);
    // One that the witness knows with this status, or null.
    const domain::Conversation* any(Status status);
    AgentId any_agent() { return config_->agents[below(static_cast<unsigned>(config_->agents.size()))].id; }
    domain::Requirement requirement();
    // One that somebody meets.
    domain::Requirement modest_requirement();
    template <class T, class Begin>
    void tell(Begin begin);
    // As tell(), without waiting; `open` counts those without an answer.
    template <class T, class Begin>
    void send(const std::shared_ptr<std::size_t>& open, Begin begin);
    void note(const Error& error);

    Stores& stores_;
    Witness& witness_;
    const domain::TenantConfigPtr config_;
    std::mt19937_64 random_;
    std::size_t started_ = 0;
    std::map<ConversationId, bool> present_;
    std::map<AgentId, bool> signed_in_;
};

}  // namespace switchboard::test
