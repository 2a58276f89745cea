// SPDX-License-Identifier: Apache-2.0
#include "app/archive_service.hpp"

#include "app/response_times.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
constexpr auto look_every = std::chrono::milliseconds(500);
constexpr std::size_t taken_at_once = 16;
constexpr std::size_t page_size = 200;
}  // namespace

// One conversation on its way: record, whole log, archive, done.
class ArchiveService::Job : public std::enable_shared_from_this<Job> {
public:
    using Done = std::function<void(bool written)>;

    Job(ArchiveService& service, TenantId tenant, ports::ArchiveOutbox::Entry entry, Done done)
        : store_(service.context_.conversations),
          archive_(service.archive_),
          outbox_(service.outbox_),
          metrics_(service.context_.metrics),
          keep_(service.keep_),
          entry_(std::move(entry)),
          done_(std::move(done)) {
        record_.tenant = std::move(tenant);
        record_.closed = entry_.closed;
    }

    void start() {
        store_.load(record_.tenant, entry_.conversation, [self = shared_from_this()](Result<ports::ConversationRecord> result) {
            if (result.has_error()) return self->failed(result.error());
            self->record_.record = std::move(*result);
            self->read();
        });
    }

private:
    void read() {
        const std::uint64_t after = record_.log.empty() ? 0 : record_.log.back().seq;
        store_.read_log(record_.tenant, entry_.conversation, after, page_size, [self = shared_from_this()](Result<ports::LogPage> page) {
            if (page.has_error()) return self->failed(page.error());
            std::move(page->entries.begin(), page->entries.end(), std::back_inserter(self->record_.log));
            page->more ? self->read() : self->write();
        });
    }

    void write() {
        const auto reason = std::string(domain::to_string(record_.record.routing.closed_reason));
        const auto tenant = record_.tenant;
        const std::string queue = record_.record.routing.requirement.department.value;
        const ResponseTimes times = response_times(record_.log);
        archive_.write(std::move(record_), [self = shared_from_this(), tenant, queue, times, reason](Result<void> result) {
            self->record_.tenant = tenant;
            if (result.has_error()) return self->failed(result.error());
            self->metrics_.archive_written.Increment();
            if (!self->entry_.rated) self->count(queue, times, reason);
            self->finish();
        });
    }

    void count(const std::string& queue, const ResponseTimes& times, const std::string& reason) {
        metrics_.conversations_closed(reason).Increment();
        const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
        if (times.first) metrics_.queues.first_response(record_.tenant.value, queue).Observe(seconds(*times.first));
        for (const Duration time : times.later) metrics_.queues.response(record_.tenant.value, queue).Observe(seconds(time));
    }

    void finish() {
        outbox_.finish(record_.tenant, entry_, keep_, [self = shared_from_this()](Result<void> result) { self->done_(result.has_value()); });
    }

    void failed(const Error& error) {
        // Its live keys are gone: an earlier round has archived it, and only the removal from the outbox was lost.
        if (error.code == ErrorCode::not_found) return finish();
        log::warn("archive.failed", {{"tenant", record_.tenant.value}, {"conversation", entry_.conversation.value}, {"error", error.message}});
        metrics_.archive_failed.Increment();
        done_(false);
    }

    ports::ConversationStore& store_;
    ports::Archive& archive_;
    ports::ArchiveOutbox& outbox_;
    Metrics& metrics_;
    const Duration keep_;
    ports::ArchiveOutbox::Entry entry_;
    Done done_;
    ports::ArchivedConversation record_;
};

ArchiveService::ArchiveService(Context& context, ports::Archive& archive, ports::ArchiveOutbox& outbox,
                               std::function<std::vector<TenantId>()> led, Duration keep)
    : context_(context), archive_(archive), outbox_(outbox), led_(std::move(led)), keep_(keep), timer_(context.executor) {}

ArchiveService::~ArchiveService() { *alive_ = false; }

void ArchiveService::start() { arm(); }

void ArchiveService::stop() {
    *alive_ = false;
    timer_.cancel();
}

void ArchiveService::arm() {
    timer_.expires_after(look_every);
    timer_.async_wait([this, alive = alive_](boost::system::error_code failed) {
        if (failed || !*alive) return;
        const auto led = led_();
        // What another node works for now is no longer behind here.
        std::erase_if(unwritten_, [&](const auto& entry) { return std::find(led.begin(), led.end(), entry.first) == led.end(); });
        tell_lag();
        for (const auto& tenant : led) take(tenant);
        arm();
    });
}

void ArchiveService::tell_lag() {
    const Timestamp now = context_.clock.now();
    Timestamp oldest = now;
    for (const auto& [tenant, entries] : unwritten_)
        for (const auto& [id, closed] : entries) oldest = std::min(oldest, closed);
    context_.metrics.archive_lag_seconds.Set(std::chrono::duration<double>(now - oldest).count());
}

void ArchiveService::take(const TenantId& tenant) {
    if (!busy_.insert(tenant).second) return;
    outbox_.take(tenant, context_.incarnation, taken_at_once, [this, tenant, alive = alive_](Result<std::vector<ports::ArchiveOutbox::Entry>> result) {
        if (*alive) took(tenant, std::move(result));
    });
}

void ArchiveService::took(const TenantId& tenant, Result<std::vector<ports::ArchiveOutbox::Entry>> result) {
    if (result.has_error() || result->empty()) return done(tenant, false);
    struct Round {
        std::size_t open = 0;
        bool all_written = true;
    };
    const auto round = std::make_shared<Round>();
    round->open = result->size();
    const bool full = result->size() == taken_at_once;
    for (auto& entry : *result) {
        const std::string id = entry.id;
        unwritten_[tenant].emplace(id, entry.closed);
        std::make_shared<Job>(*this, tenant, std::move(entry), [this, tenant, id, round, full, alive = alive_](bool written) {
            round->all_written = round->all_written && written;
            if (*alive && written) unwritten_[tenant].erase(id);
            if (--round->open == 0 && *alive) done(tenant, full && round->all_written);
        })->start();
    }
}

void ArchiveService::done(const TenantId& tenant, bool more) {
    busy_.erase(tenant);
    if (more) take(tenant);
}

}  // namespace switchboard::app
