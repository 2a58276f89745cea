// SPDX-License-Identifier: Apache-2.0
#include "app/cleanup.hpp"

namespace switchboard::app {

namespace {
constexpr std::size_t in_flight_limit = 32;
constexpr auto retry_after = std::chrono::milliseconds(500);
}  // namespace

void Cleanup::run(Task task) {
    if (stopped_) return;
    tasks_.push_back(std::move(task));
    if (!pausing_) pump();
}

void Cleanup::stop() {
    stopped_ = true;
    tasks_.clear();
    timer_.reset();
}

void Cleanup::pump() {
    while (!tasks_.empty() && in_flight_ < in_flight_limit) {
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        ++in_flight_;
        task([this, task](Result<void> result) {
            --in_flight_;
            if (stopped_) return;
            if (result.has_error() && result.error().temporary()) {
                tasks_.push_back(task);
                pause();
            } else if (!pausing_) {
                pump();
            }
        });
    }
}

void Cleanup::pause() {
    if (pausing_) return;
    pausing_ = true;
    if (!timer_) timer_.emplace(context_.executor);
    timer_->expires_after(retry_after);
    timer_->async_wait([this](boost::system::error_code) {
        pausing_ = false;
        if (!stopped_) pump();
    });
}

}  // namespace switchboard::app
