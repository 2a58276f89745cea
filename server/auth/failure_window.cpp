// SPDX-License-Identifier: Apache-2.0
#include "auth/failure_window.hpp"

#include <algorithm>

namespace switchboard::auth {

Duration FailureWindow::blocked_for(const std::string& key, Timestamp now) {
    const auto found = failures_.find(key);
    if (found == failures_.end()) return Duration{0};
    std::deque<Timestamp>& times = found->second;
    while (!times.empty() && times.front() + window_ <= now) times.pop_front();
    if (times.size() >= limit_) return times.front() + window_ - now;
    if (times.empty()) failures_.erase(found);
    return Duration{0};
}

void FailureWindow::add(const std::string& key, Timestamp now) {
    if (failures_.size() >= tracked_ && !failures_.contains(key)) make_room(now);
    failures_[key].push_back(now);
}

void FailureWindow::remove(const std::string& key, Timestamp when) {
    const auto found = failures_.find(key);
    if (found == failures_.end()) return;
    const auto time = std::find(found->second.begin(), found->second.end(), when);
    if (time != found->second.end()) found->second.erase(time);
    if (found->second.empty()) failures_.erase(found);
}

void FailureWindow::make_room(Timestamp now) {
    std::erase_if(failures_, [&](const auto& entry) { return entry.second.back() + window_ <= now; });
    if (failures_.size() < tracked_) return;
    const auto oldest = std::min_element(failures_.begin(), failures_.end(),
                                         [](const auto& a, const auto& b) { return a.second.back() < b.second.back(); });
    failures_.erase(oldest);
}

}  // namespace switchboard::auth
