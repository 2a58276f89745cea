// SPDX-License-Identifier: Apache-2.0
// Which departments have an agent who is available now, for DepartmentInfo. Found by asking for agents one after the other until one
// is available, a bounded number per department, and remembered for some seconds. Thread: its shard.
#pragma once

#include "app/context.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

using StaffedDepartments = std::set<std::string>;

class Staffing {
public:
    explicit Staffing(Context& context) : context_(context) {}

    // Answers from memory when it can, at worst some seconds old. Never fails: what cannot be asked counts as not staffed.
    void get(const domain::TenantConfigPtr& config, std::function<void(const StaffedDepartments&)> done);

private:
    struct Survey;
    struct Known {
        StaffedDepartments staffed;
        std::chrono::steady_clock::time_point at{};
        bool known = false;
        bool asking = false;
        std::vector<std::function<void(const StaffedDepartments&)>> waiting;
    };
    void ask(const std::shared_ptr<Survey>& survey);
    void surveyed(const Survey& survey);

    Context& context_;
    std::unordered_map<TenantId, Known> known_;
};

}  // namespace switchboard::app
