// SPDX-License-Identifier: Apache-2.0
#include "base/ids.hpp"

#include <sodium.h>

namespace switchboard {

std::string random_id() {
    unsigned char bytes[16];
    char text[sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    do {
        randombytes_buf(bytes, sizeof bytes);
        sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    } while (text[0] == '-');
    return text;
}

std::uint64_t random_u64() {
    std::uint64_t value = 0;
    while (value == 0) randombytes_buf(&value, sizeof value);
    return value;
}

}  // namespace switchboard
