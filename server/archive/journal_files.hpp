// SPDX-License-Identifier: Apache-2.0
// The port RoutingJournal as files: DIRECTORY/TENANT/TIME-NUMBER.jsonl, readable by `switchboard simulate --journal`. Whatever is older
// than `keep`, or the oldest of more than `most_bytes` per tenant, is deleted when a file is begun. A file that cannot be written
// is told in the log and full ten minutes later; routing goes on. Thread: one; the files are written by the worker pool.
#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "ports/routing_journal.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace switchboard::archive {

struct JournalOptions {
    std::string directory;
    Duration keep = std::chrono::hours(7 * 24);  // 0: nothing is recorded
    std::uint64_t most_bytes = 512ull << 20;     // per tenant
    // A file is full with so much, and with as much again as it began with: beginning anew costs in proportion to what is known.
    std::uint64_t file_bytes = 32ull << 20;
    std::uint64_t unwritten_bytes = 128ull << 20;  // more than that waits for the disk: lines are lost
};

class JournalFiles : public ports::RoutingJournal {
public:
    // `pool` must outlive every segment.
    JournalFiles(JournalOptions options, WorkerPool& pool, Executor home) : options_(std::move(options)), pool_(pool), home_(home) {}

    std::unique_ptr<ports::JournalSegment> begin(const TenantId& tenant) override;

private:
    const JournalOptions options_;
    WorkerPool& pool_;
    const Executor home_;
};

}  // namespace switchboard::archive
