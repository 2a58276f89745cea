// SPDX-License-Identifier: Apache-2.0
// Watches the raw bytes of one client go by and counts what Beast does not tell: empty fragments never surface from its reads, and
// neither do control frames or half a header. Reads frame headers only; a malformed one is Beast's business. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace switchboard::net {

class FrameMeter {
public:
    void observe(const unsigned char* bytes, std::size_t size);

    // Between two messages, with no part of the next one received.
    bool idle() const { return !in_message_ && header_size_ == 0 && payload_left_ == 0; }
    std::uint32_t messages() const { return messages_; }
    // The most frames that any message seen so far has had.
    std::uint32_t most_fragments() const { return most_fragments_; }
    std::uint32_t pings() const { return pings_; }  // and pongs

private:
    void begin_frame();
    void end_frame();

    std::uint64_t payload_left_ = 0;
    std::uint32_t messages_ = 0;
    std::uint32_t fragments_ = 0;
    std::uint32_t most_fragments_ = 0;
    std::uint32_t pings_ = 0;
    unsigned char header_[10] = {};  // without the mask key
    std::uint8_t header_size_ = 0;
    std::uint8_t header_needed_ = 2;
    bool in_message_ = false;
    bool final_data_ = false;
};

}  // namespace switchboard::net
