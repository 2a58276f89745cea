// SPDX-License-Identifier: Apache-2.0
#include "redis/activity.hpp"

#include "redis/stamp.hpp"
#include "switchboard/v1/event.pb.h"

namespace switchboard::redis {

domain::Activity activity_from(const std::vector<std::string_view>& newest_first) {
    domain::Activity activity;
    bool joined = false;  // what is older was not written under this assignment
    for (const std::string_view bytes : newest_first) {
        const auto stamp = read_stamp(bytes);
        v1::Event event;
        if (!stamp || !event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) continue;
        if (activity.head_seq == 0) activity.head_seq = stamp->seq;
        const bool by_customer = event.sender().role() == v1::CUSTOMER;
        if (event.has_agent_joined()) {
            joined = true;
        } else if (event.has_inactivity_warned()) {
            if (!activity.customer && !activity.warned) activity.warned = stamp->time;
        } else if (event.has_message() && by_customer) {
            if (!activity.customer) activity.customer = stamp->time;
        } else if (event.has_message() && event.sender().role() != v1::SYSTEM) {
            if (!joined && !activity.agent) activity.agent = stamp->time;
        }
        if (activity.customer && (activity.agent || joined)) break;
    }
    return activity;
}

}  // namespace switchboard::redis
