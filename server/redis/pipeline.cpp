// SPDX-License-Identifier: Apache-2.0
#include "redis/pipeline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace switchboard::redis {

namespace {

constexpr std::size_t smallest_buffer = 512;
constexpr std::size_t largest_reserve = 64 * 1024;

Error outcome_unknown(std::string_view reason) {
    return Error{ErrorCode::unavailable, "redis: " + std::string(reason) + ", outcome unknown"};
}

Error not_sent(std::string_view reason) { return Error{ErrorCode::unavailable, "redis: " + std::string(reason) + ", not sent"}; }

}  // namespace

std::string& Pipeline::waiting_buffer() {
    if (!waiting_buffer_) {
        waiting_buffer_ = std::make_shared<std::string>();
        waiting_buffer_->reserve(std::clamp(last_write_, smallest_buffer, largest_reserve));
    }
    return *waiting_buffer_;
}

bool Pipeline::add(Arguments words, const RequestOptions& options, TimePoint now, Callback<Reply>&& callback, const Script* script) {
    if (size() >= limits_.requests) return false;
    std::size_t payload = 0;
    for (const std::string_view word : words) payload += word.size();
    if (bytes_ + payload > limits_.bytes) return false;
    std::string& buffer = waiting_buffer();
    const std::size_t offset = buffer.size();
    append_command(buffer, words);
    const std::size_t length = buffer.size() - offset;
    waiting_.push_back({.callback = std::move(callback), .deadline = now + options.deadline, .offset = offset, .length = length, .script = script,
                        .resendable = options.resendable, .commits = options.commits, .asked = now, .timing = options.timing});
    bytes_ += length;
    return true;
}

void Pipeline::add_again(Request&& request) {
    std::string& buffer = waiting_buffer();
    const std::size_t offset = buffer.size();
    buffer += request.bytes();
    bytes_ += request.length;
    waiting_.push_back({.callback = std::move(request.callback), .deadline = request.deadline, .offset = offset, .length = request.length,
                        .resendable = request.resendable, .commits = request.commits, .asked = request.asked, .timing = request.timing});
}

void Pipeline::add_barrier(std::size_t replicas, Duration patience, TimePoint now) {
    if (std::none_of(waiting_.begin(), waiting_.end(), [](const Request& request) { return request.commits; })) return;
    for (Request& request : waiting_) request.guarded = true;
    std::string& buffer = waiting_buffer();
    const std::size_t offset = buffer.size();
    const std::string count = std::to_string(replicas), milliseconds = std::to_string(patience.count());
    append_command(buffer, {"WAIT", count, milliseconds});
    waiting_.push_back({.deadline = now + patience + RequestOptions{}.deadline, .offset = offset, .length = buffer.size() - offset, .barrier = true});
    bytes_ += waiting_.back().length;
    barrier_written_ = true;
}

std::shared_ptr<const std::string> Pipeline::prepare_write() {
    if (waiting_.empty()) return nullptr;
    for (Request& request : waiting_) request.buffer = waiting_buffer_;
    if (written_.empty()) {
        written_.swap(waiting_);
    } else {
        std::move(waiting_.begin(), waiting_.end(), std::back_inserter(written_));
        waiting_.clear();
    }
    last_write_ = waiting_buffer_->size();
    return std::exchange(waiting_buffer_, nullptr);
}

bool Pipeline::take_answered(Request& request) {
    if (written_.empty()) return false;
    request = std::move(written_.front());
    written_.pop_front();
    release(request.length);
    if (request.barrier) barrier_written_ = false;
    return true;
}

void Pipeline::hold(Request&& request, Reply&& reply) {
    bytes_ += request.length;
    held_.push_back({std::move(request), std::move(reply)});
}

std::vector<Pipeline::Held> Pipeline::take_held() {
    for (const Held& held : held_) release(held.request.length);
    return std::exchange(held_, {});
}

Pipeline::Sweep Pipeline::sweep(TimePoint now) {
    const auto overdue = [now](const Request& request) { return request.deadline <= now; };
    Sweep result;
    result.close = std::any_of(written_.begin(), written_.end(), overdue);
    if (std::none_of(waiting_.begin(), waiting_.end(), overdue)) return result;
    // The bytes of those that stay are gathered anew, without the others' between them.
    const auto old_buffer = std::exchange(waiting_buffer_, nullptr);
    std::deque<Request> old = std::exchange(waiting_, {});
    for (Request& request : old) {
        if (overdue(request)) {
            release(request.length);
            result.failures.push_back({std::move(request.callback), not_sent("no connection within the deadline")});
            continue;
        }
        std::string& buffer = waiting_buffer();
        const std::size_t offset = buffer.size();
        buffer.append(*old_buffer, request.offset, request.length);
        request.offset = offset;
        waiting_.push_back(std::move(request));
    }
    return result;
}

std::vector<Pipeline::Failure> Pipeline::connection_lost(TimePoint now, std::string_view reason) {
    std::vector<Failure> failures;
    std::deque<Request> again;
    std::string buffer;
    // Answered and yet not on the replicas: nobody was told, so these are like those without an answer.
    for (auto held = held_.rbegin(); held != held_.rend(); ++held) written_.push_front(std::move(held->request));
    held_.clear();
    barrier_written_ = false;
    for (Request& request : written_) {
        if (request.barrier) {
            release(request.length);
            continue;
        }
        if (!request.resendable || request.deadline <= now) {
            release(request.length);
            failures.push_back({std::move(request.callback), outcome_unknown(reason)});
            continue;
        }
        const std::size_t offset = buffer.size();
        buffer += request.bytes();
        request.offset = offset;
        request.buffer = nullptr;
        request.guarded = false;
        again.push_back(std::move(request));
    }
    written_.clear();
    if (again.empty()) return failures;
    for (Request& request : waiting_) request.offset += buffer.size();
    if (waiting_buffer_) buffer += *waiting_buffer_;
    waiting_buffer_ = std::make_shared<std::string>(std::move(buffer));
    waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
    return failures;
}

std::vector<Pipeline::Failure> Pipeline::fail_all(std::string_view reason) {
    std::vector<Failure> failures;
    for (Held& held : held_) failures.push_back({std::move(held.request.callback), outcome_unknown(reason)});
    for (Request& request : written_)
        if (!request.barrier) failures.push_back({std::move(request.callback), outcome_unknown(reason)});
    for (Request& request : waiting_) failures.push_back({std::move(request.callback), not_sent(reason)});
    held_.clear();
    written_.clear();
    waiting_.clear();
    waiting_buffer_ = nullptr;
    bytes_ = 0;
    return failures;
}

}  // namespace switchboard::redis
