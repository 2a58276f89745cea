// SPDX-License-Identifier: Apache-2.0
#include "redis/scripts.hpp"

#include <openssl/evp.h>

#include <stdexcept>
#include <unordered_map>

namespace switchboard::redis {

namespace {

std::string sha1_hex(std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha1(), nullptr);
    static constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < length; ++i) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

std::unordered_map<std::string_view, Script> index_scripts() {
    std::unordered_map<std::string_view, Script> index;
    for (const ScriptSource& source : script_sources()) index.emplace(source.name, Script{source.name, source.text, sha1_hex(source.text)});
    return index;
}

}  // namespace

const Script& script(std::string_view name) {
    static const std::unordered_map<std::string_view, Script> index = index_scripts();
    const auto found = index.find(name);
    if (found == index.end()) throw std::logic_error("no script named " + std::string(name));
    return found->second;
}

}  // namespace switchboard::redis
