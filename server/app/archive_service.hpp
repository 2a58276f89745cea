// SPDX-License-Identifier: Apache-2.0
// Brings closed conversations from the outbox to the archive, for the tenants whose router runs here. Repeats are harmless: an entry is
// removed only after it was written, and writing replaces. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "ports/archive.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace switchboard::app {

class ArchiveService {
public:
    // `led`: the tenants to work for at this moment. `keep`: how long the live keys stay afterwards, for those who rate, resume or
    // read again.
    ArchiveService(Context& context, ports::Archive& archive, ports::ArchiveOutbox& outbox, std::function<std::vector<TenantId>()> led,
                   Duration keep = std::chrono::hours(1));
    ~ArchiveService();

    void start();
    void stop();

private:
    class Job;
    void arm();
    void take(const TenantId& tenant);
    void took(const TenantId& tenant, Result<std::vector<ports::ArchiveOutbox::Entry>> result);
    void done(const TenantId& tenant, bool more);
    void tell_lag();

    Context& context_;
    ports::Archive& archive_;
    ports::ArchiveOutbox& outbox_;
    std::function<std::vector<TenantId>()> led_;
    const Duration keep_;
    std::unordered_set<TenantId> busy_;
    std::unordered_map<TenantId, std::unordered_map<std::string, Timestamp>> unwritten_;  // taken, by entry: when it was closed
    Timer timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace switchboard::app
