// SPDX-License-Identifier: Apache-2.0
#include "net/frame_meter.hpp"

#include <algorithm>

namespace switchboard::net {

void FrameMeter::observe(const unsigned char* bytes, std::size_t size) {
    for (std::size_t at = 0; at < size;) {
        if (payload_left_ > 0) {
            const auto step = std::min<std::uint64_t>(payload_left_, size - at);
            payload_left_ -= step;
            at += step;
            if (payload_left_ == 0) end_frame();
            continue;
        }
        if (header_size_ < sizeof header_) header_[header_size_] = bytes[at];
        ++at;
        ++header_size_;
        if (header_size_ == 2) {
            const unsigned length = header_[1] & 0x7f;
            header_needed_ = static_cast<std::uint8_t>(2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (header_[1] & 0x80 ? 4 : 0));
        }
        if (header_size_ >= 2 && header_size_ == header_needed_) begin_frame();
    }
}

void FrameMeter::begin_frame() {
    const unsigned short_length = header_[1] & 0x7f;
    const unsigned extra = short_length == 126 ? 2 : short_length == 127 ? 8 : 0;
    payload_left_ = extra == 0 ? short_length : 0;
    for (unsigned i = 0; i < extra; ++i) payload_left_ = payload_left_ << 8 | header_[2 + i];
    header_size_ = 0;
    header_needed_ = 2;

    const unsigned opcode = header_[0] & 0x0f;
    const bool control = opcode & 0x08;
    final_data_ = !control && header_[0] & 0x80;
    if (opcode == 0x9 || opcode == 0xa) ++pings_;
    if (!control) {
        fragments_ = opcode == 0 ? fragments_ + 1 : 1;
        most_fragments_ = std::max(most_fragments_, fragments_);
        in_message_ = true;
    }
    if (payload_left_ == 0) end_frame();
}

void FrameMeter::end_frame() {
    if (!final_data_) return;
    final_data_ = false;
    in_message_ = false;
    ++messages_;
}

}  // namespace switchboard::net
