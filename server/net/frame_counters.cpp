// SPDX-License-Identifier: Apache-2.0
#include "net/frame_counters.hpp"

#include "switchboard/v1/client.pb.h"

namespace switchboard::net {

FrameCounters::FrameCounters(Metrics& metrics) : by_field_(1, &metrics.frames_received("unknown")) {
    const auto* commands = v1::ClientFrame::descriptor()->FindOneofByName("command");
    for (int i = 0; i < commands->field_count(); ++i) {
        const auto* command = commands->field(i);
        const auto number = static_cast<std::size_t>(command->number());
        if (number >= by_field_.size()) by_field_.resize(number + 1, by_field_.front());
        by_field_[number] = &metrics.frames_received(command->name());
    }
}

void FrameCounters::count(const v1::ClientFrame& frame) { by_field_[static_cast<std::size_t>(frame.command_case())]->Increment(); }

}  // namespace switchboard::net
