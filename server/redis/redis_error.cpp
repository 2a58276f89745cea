// SPDX-License-Identifier: Apache-2.0
#include "redis/redis_error.hpp"

#include <array>

namespace switchboard::redis {

namespace {

constexpr std::size_t longest_message = 300;

struct Word {
    std::string_view word;
    RedisErrorKind kind;
};

constexpr std::array<Word, 17> words{{
    {"NOSCRIPT", RedisErrorKind::noscript},
    {"LOADING", RedisErrorKind::loading},
    {"READONLY", RedisErrorKind::readonly},
    {"MASTERDOWN", RedisErrorKind::masterdown},
    {"BUSY", RedisErrorKind::busy},
    {"OOM", RedisErrorKind::oom},
    {"MISCONF", RedisErrorKind::misconf},
    {"NOREPLICAS", RedisErrorKind::noreplicas},
    {"MOVED", RedisErrorKind::moved},
    {"ASK", RedisErrorKind::ask},
    {"TRYAGAIN", RedisErrorKind::tryagain},
    {"CLUSTERDOWN", RedisErrorKind::clusterdown},
    {"NOAUTH", RedisErrorKind::noauth},
    {"WRONGPASS", RedisErrorKind::noauth},
    {"NOPERM", RedisErrorKind::noperm},
    {"WRONGTYPE", RedisErrorKind::wrongtype},
    {"EXECABORT", RedisErrorKind::execabort},
}};

}  // namespace

RedisErrorKind classify_error(std::string_view text) {
    // The whole first word: BUSYGROUP and BUSYKEY are not BUSY.
    const std::string_view first = text.substr(0, text.find(' '));
    for (const Word& entry : words)
        if (entry.word == first) return entry.kind;
    return RedisErrorKind::other;
}

std::string_view name_of(RedisErrorKind kind) {
    switch (kind) {
        case RedisErrorKind::none: return "none";
        case RedisErrorKind::noscript: return "noscript";
        case RedisErrorKind::loading: return "loading";
        case RedisErrorKind::readonly: return "readonly";
        case RedisErrorKind::masterdown: return "masterdown";
        case RedisErrorKind::busy: return "busy";
        case RedisErrorKind::oom: return "oom";
        case RedisErrorKind::misconf: return "misconf";
        case RedisErrorKind::noreplicas: return "noreplicas";
        case RedisErrorKind::moved: return "moved";
        case RedisErrorKind::ask: return "ask";
        case RedisErrorKind::tryagain: return "tryagain";
        case RedisErrorKind::clusterdown: return "clusterdown";
        case RedisErrorKind::noauth: return "noauth";
        case RedisErrorKind::noperm: return "noperm";
        case RedisErrorKind::wrongtype: return "wrongtype";
        case RedisErrorKind::execabort: return "execabort";
        case RedisErrorKind::other: break;
    }
    return "other";
}

bool is_temporary(RedisErrorKind kind) {
    switch (kind) {
        case RedisErrorKind::noscript:
        case RedisErrorKind::loading:
        case RedisErrorKind::readonly:
        case RedisErrorKind::masterdown:
        case RedisErrorKind::busy:
        case RedisErrorKind::oom:
        case RedisErrorKind::misconf:
        case RedisErrorKind::noreplicas:
        case RedisErrorKind::moved:
        case RedisErrorKind::ask:
        case RedisErrorKind::tryagain:
        case RedisErrorKind::clusterdown:
        // The operator's mistakes: they will be mended, and until then nobody's message is to be given up for them.
        case RedisErrorKind::noauth:
        case RedisErrorKind::noperm: return true;
        case RedisErrorKind::none:
        case RedisErrorKind::wrongtype:
        case RedisErrorKind::execabort:
        case RedisErrorKind::other: break;
    }
    return false;
}

Error to_error(std::string_view text) {
    const ErrorCode code = is_temporary(classify_error(text)) ? ErrorCode::unavailable : ErrorCode::internal;
    return Error{code, std::string(text.substr(0, longest_message))};
}

}  // namespace switchboard::redis
