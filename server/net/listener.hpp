// SPDX-License-Identifier: Apache-2.0
// The listening socket: accepts on one shard and deals the connections out to all of them in turn. Over the cap of connections,
// and out of descriptors, it answers 503 and closes; in the latter case it pauses then, instead of spinning. Thread: the shard of its executor.
#pragma once

#include "base/error.hpp"
#include "net/admission.hpp"
#include "net/shard_server.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace switchboard::net {

class Listener {
public:
    // The servers outlive the listener's stop().
    Listener(Executor executor, std::shared_ptr<Admission> admission, std::vector<ShardServer*> servers);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // `address` is a literal IP address; port 0 takes a free one. The answer is the real port. Errors are one line for a person.
    Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);
    // No connection is accepted afterwards.
    void stop();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace switchboard::net
