// SPDX-License-Identifier: Apache-2.0
#include "net/command_gate.hpp"

#include <algorithm>

namespace switchboard::net {

namespace {

// A client that honours retry_after_ms is refused now and then; one that hammers on uses this up.
constexpr double refusals_per_second = 1;
constexpr double refusal_burst = 100;
constexpr double staff_burst_seconds = 2;

}  // namespace

CommandGate::Verdict CommandGate::take(bool staff, const app::SessionLimits& limits, double customer_per_minute, TimePoint now) {
    bool taken;
    if (staff) {
        const double rate = limits.agent_commands_per_second;
        taken = per_second_.take(rate, rate * staff_burst_seconds, now);
    } else {
        taken = per_second_.take(limits.customer_commands_per_second, limits.customer_command_burst, now) &&
                per_minute_.take(customer_per_minute / 60, customer_per_minute, now);
    }
    if (taken) return Verdict::allowed;
    return refusals_.take(refusals_per_second, refusal_burst, now) ? Verdict::refused : Verdict::abuse;
}

std::uint32_t CommandGate::retry_after_ms(bool staff, const app::SessionLimits& limits, double customer_per_minute) const {
    if (staff) return per_second_.wait_ms(limits.agent_commands_per_second);
    return std::max(per_second_.wait_ms(limits.customer_commands_per_second), per_minute_.wait_ms(customer_per_minute / 60));
}

}  // namespace switchboard::net
