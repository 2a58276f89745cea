// SPDX-License-Identifier: Apache-2.0
// A piece of a log for ReadLog: only what the reader may see, bounded in events and in bytes, and never empty while there is more to
// see. Thread: its shard.
#pragma once

#include "base/error.hpp"
#include "ports/conversation_store.hpp"
#include "switchboard/v1/client.pb.h"

namespace switchboard::app {

struct LogRequest {
    TenantId tenant;
    ConversationId conversation;
    std::uint64_t after = 0;
    std::uint32_t limit = 0;  // 0: as many as possible
    std::size_t bytes = 0;
    bool staff = false;
};

void read_log(ports::ConversationStore& store, const LogRequest& request, Callback<v1::Log> done);

}  // namespace switchboard::app
