// SPDX-License-Identifier: Apache-2.0
// Handing an answer to the one who asked. What is thrown meanwhile is logged and goes no further: a defect of one caller must not take
// the answers of all others with it. The caller's session ends by itself, because its command stays without an answer.
#pragma once

#include "base/error.hpp"
#include "base/log.hpp"

#include <exception>
#include <utility>

namespace switchboard::redis {

template <class T>
void deliver(const Callback<T>& callback, Result<T> answer) {
    try {
        callback(std::move(answer));
    } catch (const std::exception& defect) {
        log::error("redis.callback_failed", {{"error", defect.what()}});
    }
}

}  // namespace switchboard::redis
