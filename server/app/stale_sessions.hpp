// SPDX-License-Identifier: Apache-2.0
// Sessions that the store lists under this node although nobody here has them: a fail-over took back their end, and nobody would tell
// it a second time. The list is compared after every gap and once a minute. What is found twice, further apart than a greeting or an
// end can last, is ended. Thread: its shard.
#pragma once

#include "app/context.hpp"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace switchboard::app {

class StaleSessions {
public:
    explicit StaleSessions(Context& context) : context_(context) {}

    void start();
    void stop();
    // The next comparison comes soon.
    void after_gap();

private:
    void arm(Duration wait);
    void look();
    void compare(const TenantId& tenant, const std::vector<ports::NodeSession>& listed);
    void end(const TenantId& tenant, const ports::NodeSession& session);
    Duration patience() const { return Duration{2 * context_.limits.hello_ms}; }

    Context& context_;
    std::optional<Timer> timer_;
    std::unordered_map<TenantId, std::unordered_set<SessionId>> suspects_;
};

}  // namespace switchboard::app
