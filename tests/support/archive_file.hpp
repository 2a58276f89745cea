// SPDX-License-Identifier: Apache-2.0
// What stands in the archive and in Redis about a closed conversation, read past the server. Thread: any.
#pragma once

#include "support/server_process.hpp"
#include "switchboard/v1/event.pb.h"

#include <map>
#include <string>
#include <vector>

namespace switchboard::test {

struct ArchivedConversation {
    bool found = false;
    std::string closed_reason;
    std::string disposition;
    unsigned rating = 0;
    std::vector<v1::Event> events;
};

ArchivedConversation read_archived(const std::string& file, const std::string& conversation);

// The keys of the embedded Redis that name the conversation, with their time to live in seconds (-1: none).
std::map<std::string, long> live_keys(const ServerProcess& server, const std::string& conversation);

}  // namespace switchboard::test
