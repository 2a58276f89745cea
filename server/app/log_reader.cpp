// SPDX-License-Identifier: Apache-2.0
#include "app/log_reader.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

constexpr std::uint32_t most_events = 500;
constexpr std::size_t page_size = 50;

class Reading : public std::enable_shared_from_this<Reading> {
public:
    Reading(ports::ConversationStore& store, LogRequest request, Callback<v1::Log> done)
        : store_(store), request_(std::move(request)), done_(std::move(done)) {
        if (request_.limit == 0 || request_.limit > most_events) request_.limit = most_events;
        log_.set_conversation_id(request_.conversation.value);
    }

    void next() {
        store_.read_log(request_.tenant, request_.conversation, request_.after, page_size,
                        [self = shared_from_this()](Result<ports::LogPage> page) { self->take(std::move(page)); });
    }

private:
    void take(Result<ports::LogPage> page) {
        if (page.has_error()) return done_(page.error());
        for (const auto& entry : page->entries) {
            request_.after = entry.seq;
            if (entry.audience == ports::Audience::staff && !request_.staff) continue;
            const bool full = log_.events_size() > 0 &&
                              (log_.events_size() >= static_cast<int>(request_.limit) || bytes_ + entry.bytes.size() > request_.bytes);
            if (full) {
                log_.set_more(true);
                return done_(std::move(log_));
            }
            if (!log_.add_events()->ParseFromString(entry.bytes)) return done_(Error{ErrorCode::internal, "the log cannot be decoded"});
            bytes_ += entry.bytes.size();
        }
        if (page->more) return next();
        done_(std::move(log_));
    }

    ports::ConversationStore& store_;
    LogRequest request_;
    Callback<v1::Log> done_;
    v1::Log log_;
    std::size_t bytes_ = 0;
};

}  // namespace

void read_log(ports::ConversationStore& store, const LogRequest& request, Callback<v1::Log> done) {
    std::make_shared<Reading>(store, request, std::move(done))->next();
}

}  // namespace switchboard::app
