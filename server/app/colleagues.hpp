// SPDX-License-Identifier: Apache-2.0
// Who of a tenant's agents is here, for those who want to pass a conversation on. Asked of the store slice by slice. Thread: its shard.
#pragma once

#include "app/context.hpp"

#include <chrono>
#include <functional>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

class Colleagues {
public:
    using Done = std::function<void(const Result<std::vector<domain::Agent>>&)>;

    explicit Colleagues(Context& context) : context_(context) {}

    // Agents who are online and may take conversations, in the configuration's order. Remembered for a second, so that many who ask cost
    // no more than one.
    void get(const domain::TenantConfigPtr& config, Done done);
    // The department's own, as they are now.
    void serving(const domain::TenantConfig& config, const DepartmentId& department, Done done);

private:
    struct Known {
        std::vector<domain::Agent> online;
        std::chrono::steady_clock::time_point until{};
        std::vector<Done> waiting;
    };
    struct Survey;
    void ask(const std::shared_ptr<Survey>& survey);
    void took(const TenantId& tenant, const Result<std::vector<domain::Agent>>& online);

    Context& context_;
    std::unordered_map<TenantId, Known> known_;
};

}  // namespace switchboard::app
