// SPDX-License-Identifier: Apache-2.0
#include "net/outbox.hpp"

#include <utility>

namespace switchboard::net {

namespace {

constexpr std::size_t batch_bytes = 64 * 1024;
constexpr std::chrono::seconds soft_patience{5};
constexpr std::size_t kept_capacity = 8;  // of the queue of an idle session
constexpr std::string_view json_open = R"({"frames":[)";
constexpr std::string_view json_close = "]}";

}  // namespace

ports::SendStatus Outbox::push(ports::EncodedFrame frame, TimePoint now) {
    if (overflowed_) return ports::SendStatus::closed;
    if (bytes_ + frame->size() > hard_limit_) {
        overflowed_ = true;
        return ports::SendStatus::closed;
    }
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
    if (bytes_ <= hard_limit_ / 2) return ports::SendStatus::queued;
    if (slow_from_ == never) slow_from_ = now + soft_patience;
    return ports::SendStatus::congested;
}

Outbox::Batch Outbox::take_batch(ports::Encoding encoding) {
    std::size_t end = head_;
    std::size_t total = 0;
    while (end < frames_.size() && (end == head_ || total + frames_[end]->size() <= batch_bytes)) total += frames_[end++]->size();

    Batch batch;
    in_flight_ = total;
    const bool json = encoding == ports::Encoding::json;
    if (!json && end == head_ + 1) {
        batch.shared_ = std::move(frames_[head_]);
    } else {
        batch.gathered_.reserve(total + (json ? json_open.size() + json_close.size() + (end - head_) : 0));
        if (json) batch.gathered_ += json_open;
        for (std::size_t i = head_; i < end; ++i) {
            if (json && i > head_) batch.gathered_ += ',';
            batch.gathered_ += *frames_[i];
            frames_[i].reset();
        }
        if (json) batch.gathered_ += json_close;
    }
    head_ = end;
    if (empty()) {
        frames_.clear();
        head_ = 0;
        if (frames_.capacity() > kept_capacity) std::vector<ports::EncodedFrame>().swap(frames_);
    }
    return batch;
}

void Outbox::written() {
    bytes_ -= in_flight_;
    in_flight_ = 0;
    relieve();
}

void Outbox::clear() {
    std::vector<ports::EncodedFrame>().swap(frames_);
    head_ = 0;
    bytes_ = in_flight_;
    relieve();
}

void Outbox::relieve() {
    if (bytes_ <= hard_limit_ / 2) slow_from_ = never;
}

}  // namespace switchboard::net
