// SPDX-License-Identifier: Apache-2.0
// Passwords of agents: argon2id hashes, and guessing made expensive. Failures are limited per account and per address; only
// so many hashes run at once and only so many wait. An unknown account costs the same work as a known one.
// One object per process, shared by the shards. Thread: any; answers come on `home`.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"

#include <memory>
#include <string>

namespace switchboard::auth {

// Takes some 60 ms and 64 MiB: never on a shard's thread.
std::string hash_password(const std::string& password);
bool password_matches(const std::string& hash, const std::string& password);

struct PasswordLimits {
    unsigned failures_per_account = 5;
    unsigned failures_per_address = 20;
    Duration window = std::chrono::minutes(15);
    std::size_t concurrent = 2;
    std::size_t waiting = 16;
    Duration longest_wait = std::chrono::seconds(5);
    std::size_t tracked = 10'000;  // accounts, and addresses, whose failures are remembered
};

struct PasswordAttempt {
    std::string account;   // tenant and login
    std::string address;   // of the client; IPv6 counts by its /64
    std::string hash;      // empty: there is no such account
    std::string password;
    Timestamp now{};
};

class PasswordChecker {
public:
    explicit PasswordChecker(WorkerPool& pool, PasswordLimits limits = {});

    // True: it matches. rate_limited: too many failures, or too many sign-ins at this moment.
    void check(PasswordAttempt attempt, Executor home, Callback<bool> done);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace switchboard::auth
