// SPDX-License-Identifier: Apache-2.0
// A shard's side of the queue board: reads it for every tenant that has sessions here, tells supervisors who watch, and tells everybody
// when a department becomes available or ceases to be. Nothing is read for tenants without sessions. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "app/local_session.hpp"
#include "app/model.hpp"
#include "switchboard/v1/client.pb.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace switchboard::app {

class SessionRegistry;

// By the id of the department. A department that the router does not count yet is missing.
using DepartmentStates = std::map<std::string, DepartmentState>;
DepartmentState state_of(const DepartmentStates& states, const domain::Department& department);

class QueueWatch {
public:
    QueueWatch(Context& context, SessionRegistry& sessions);
    ~QueueWatch();

    void start();
    void stop() { timer_.cancel(); }

    // Answers from memory when that is fresh. Never fails: what cannot be read counts as not staffed and not full.
    void departments(const TenantId& tenant, std::function<void(const DepartmentStates&)> done);
    // What sessions that are here are told of. From now on the board is read for as long as there are any.
    const DepartmentStates& known(const TenantId& tenant);
    // What the router counted within the last second; empty when it is not known.
    void current(const TenantId& tenant, std::function<void(const v1::QueueSnapshot&)> done);
    // The answer to WatchQueues; snapshots follow until unwatch().
    void watch(const LocalSessionPtr& session, Callback<v1::QueuesWatched> done);
    void unwatch(const LocalSession& session);
    void on_config(const TenantId& tenant, const domain::TenantConfigPtr& config);

private:
    using Clock = std::chrono::steady_clock;
    struct Board {
        std::string bytes;
        v1::QueueSnapshot snapshot;
        DepartmentStates states;
        std::string told_customers, told_staff;  // encoded DepartmentsChanged, as sessions know it
        std::uint64_t broadcasts = 0;
        bool unfinished = false;  // the last one has not told everybody yet
        Clock::time_point read_at{};
        bool known = false;
        bool reading = false;
        std::unordered_map<const LocalSession*, LocalSessionPtr> watchers;
        std::vector<std::function<void()>> waiting;
    };

    struct Broadcast {
        TenantId tenant;
        std::uint64_t number = 0;
        std::vector<LocalSessionPtr> left;
    };

    void arm();
    void round();
    void known_within(const TenantId& tenant, Clock::duration age, std::function<void(const DepartmentStates&)> done);
    void read(const TenantId& tenant);
    void took(const TenantId& tenant, Result<std::string> bytes);
    void push_snapshot(Board& board);
    void push_availability(const TenantId& tenant, Board& board, const domain::TenantConfig& config);
    void tell_some(const std::shared_ptr<Broadcast>& broadcast);

    Context& context_;
    SessionRegistry& sessions_;
    std::unordered_map<TenantId, Board> boards_;
    Timer timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace switchboard::app
