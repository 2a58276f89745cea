// SPDX-License-Identifier: Apache-2.0
// How the queues of a tenant did, today (since midnight UTC) and within the last 30 minutes, per department. A conversation counts
// as offered when it enters a queue, and once more, as one of answered, abandoned, overflowed, turned away, when it leaves that queue
// for the first time; what a transfer or a lost agent brings back into a queue later does not count again. Waits run from
// Conversation::enqueued, in milliseconds, also after an overflow. The limits of "in time" and "short" are those of the department at
// the moment of the event. Pure values: no clock reads, no I/O. Thread: whoever owns it, one at a time.
#pragma once

#include "base/clock.hpp"
#include "domain/conversation.hpp"
#include "domain/tenant_config.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace switchboard::domain {

struct QueueTotals {
    std::uint64_t offered = 0;            // entered the queue
    std::uint64_t answered = 0;
    std::uint64_t abandoned = 0;          // left before an answer, the short ones included
    std::uint64_t abandoned_short = 0;    // within Department::short_abandon
    std::uint64_t answered_in_time = 0;   // within Department::service_level
    std::uint64_t abandoned_in_time = 0;  // the same, of the abandoned ones
    std::uint64_t overflowed = 0;         // moved on to another department, where they count as offered
    std::uint64_t turned_away = 0;        // no department took them, or theirs closed
    Duration answered_wait{0};            // sum
    Duration longest_wait{0};             // of the answered ones
    std::uint64_t estimated = 0;          // answered ones that had been told an estimate
    std::uint64_t estimated_in_p90 = 0;   // of these, waited no longer than its P90

    bool operator==(const QueueTotals&) const = default;
};
// Sums, and the longer of the longest waits.
QueueTotals& operator+=(QueueTotals& to, const QueueTotals& more);

// What vendors call service level; the share of 0 to 1. Conversations that overflowed or were turned away are in the denominator of
// A only, conversations that still wait as well.
enum class LevelVariant : std::uint8_t {
    of_offered,     // A: answered in time / offered
    of_ended,       // B: answered in time / (answered + abandoned)
    without_short,  // C: answered in time / (answered + abandoned - short abandons); what is meant when nothing else is said
    removed,        // D: (answered + abandoned in time) / (answered + abandoned): out of the queue in time, whatever the way
};
// nullopt: there is nothing to divide by.
std::optional<double> service_level(const QueueTotals& totals, LevelVariant variant = LevelVariant::without_short);

// What a change meant for the queues.
struct QueueStep {
    enum class Kind : std::uint8_t { offered, answered, abandoned, overflowed, turned_away };
    Kind kind = Kind::offered;
    DepartmentId department;
    Duration wait{0};        // since `enqueued`, never negative
    bool in_time = false;
    bool is_short = false;   // abandoned ones
    bool in_p90 = false;     // answered ones with an estimate
};

// What a waiting customer was told first: when he would be answered at the latest, in one of two and in nine of ten cases.
struct ToldEstimate {
    Timestamp p50;
    Timestamp p90;
};

class QueueStatistics {
public:
    // The departments that are counted for, and their limits. Totals of the others are dropped.
    void configure(const TenantConfig& config);

    // One accepted change: `before` is the state of lower version that was known, null when the conversation is seen for the first
    // time; then only a new one counts, that is version 1, enqueued within 10 s before `now` and after what was restored.
    // Returns what was counted: an overflow is two steps, most changes are none. Changes of departments that are not configured
    // count for nothing. O(1).
    std::vector<QueueStep> observe(const Conversation* before, const Conversation& after, Timestamp now,
                                   const ToldEstimate* told = nullptr);

    QueueTotals today(const DepartmentId& department, Timestamp now) const;
    QueueTotals recent(const DepartmentId& department, Timestamp now) const;  // the running minute and the 29 before it

    struct Saved {
        DepartmentId department;
        QueueTotals today;
    };
    // The totals of the day of `now`.
    std::vector<Saved> save(Timestamp now) const;
    // Adds what another object had counted until `taken`. Of another day than `now` it is ignored.
    void restore(const std::vector<Saved>& saved, Timestamp taken, Timestamp now);
    void clear();  // but for the configuration

private:
    static constexpr std::size_t minutes = 30;
    struct Bucket {
        std::int64_t minute = -1;  // since 1970
        QueueTotals totals;
    };
    struct Queue {
        Duration service_level{0};
        Duration short_abandon{0};
        std::int64_t day = -1;  // since 1970
        QueueTotals today;
        std::array<Bucket, minutes> recent;
    };

    Queue* find(const DepartmentId& department);
    void count(Queue& queue, const QueueStep& step, bool estimated, Timestamp now);

    std::unordered_map<DepartmentId, Queue> queues_;
    Timestamp counted_until_{};  // by whoever counted before
};

// The first change that takes a conversation out of the queue in which it began; nullopt: it is none. Nothing is known of departments.
std::optional<QueueStep::Kind> queue_exit(const Conversation& before, const Conversation& after);

}  // namespace switchboard::domain
