// SPDX-License-Identifier: Apache-2.0
#include "switchboard_client/token.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <chrono>
#include <string_view>

namespace switchboard::client {

namespace {

std::string base64url(std::string_view bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();  // the terminating zero
    return text;
}

}  // namespace

std::string JwtSigner::sign(const std::string& subject, Duration lifetime, const boost::json::object& more) const {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lifetime).count();
    const boost::json::object header{{"alg", "HS256"}, {"typ", "JWT"}, {"kid", key_id}};
    boost::json::object claims{{"iss", issuer}, {"aud", audience}, {"sub", subject}, {"iat", now}, {"exp", now + seconds}};
    claims.insert(more.begin(), more.end());
    const std::string signed_part = base64url(boost::json::serialize(header)) + "." + base64url(boost::json::serialize(claims));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(signed_part.data()),
         signed_part.size(), digest, &size);
    return signed_part + "." + base64url({reinterpret_cast<const char*>(digest), size});
}

}  // namespace switchboard::client
