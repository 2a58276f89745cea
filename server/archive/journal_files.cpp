// SPDX-License-Identifier: Apache-2.0
#include "archive/journal_files.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <vector>

namespace switchboard::archive {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr std::chrono::steady_clock::duration pause_after_failure = std::chrono::minutes(10);

// What the shard and a worker share of one file.
struct File {
    JournalOptions options;
    std::string tenant;

    std::mutex mutex;
    std::string unwritten;
    bool working = false;  // on a worker
    std::optional<std::chrono::steady_clock::time_point> failed;
    std::ofstream output;  // the worker's alone
};

// The oldest first: names begin with the time.
std::vector<fs::directory_entry> files_in(const fs::path& directory) {
    std::vector<fs::directory_entry> files;
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.is_regular_file() && entry.path().extension() == ".jsonl") files.push_back(entry);
    std::sort(files.begin(), files.end());
    return files;
}

void tidy(const fs::path& directory, const JournalOptions& options) {
    auto files = files_in(directory);
    std::uint64_t bytes = 0;
    for (const auto& file : files) bytes += file.file_size();
    const auto oldest = fs::file_time_type::clock::now() - options.keep;
    for (const auto& file : files) {
        if (bytes <= options.most_bytes && file.last_write_time() >= oldest) break;
        bytes -= file.file_size();
        fs::remove(file.path());
    }
}

// 20261126T140509-00042.jsonl, after the last one in order also when both are of the same second.
fs::path new_name(const fs::path& directory) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char second[20];
    std::strftime(second, sizeof second, "%Y%m%dT%H%M%S-", &parts);
    const auto files = files_in(directory);
    const std::string last = files.empty() ? "" : files.back().path().stem().string();
    const unsigned long number = last.starts_with(second) ? std::strtoul(last.c_str() + std::strlen(second), nullptr, 10) + 1 : 0;
    char text[48];
    std::snprintf(text, sizeof text, "%s%05lu.jsonl", second, number);
    return directory / text;
}

void open(File& file) {
    const fs::path directory = fs::path(file.options.directory) / file.tenant;
    fs::create_directories(directory);
    fs::permissions(file.options.directory, fs::perms::owner_all);
    const fs::path name = new_name(directory);
    tidy(directory, file.options);
    file.output.exceptions(std::ios::badbit | std::ios::failbit);
    file.output.open(name, std::ios::binary);
}

// Until nothing is left to write.
void work(File& file) {
    try {
        std::string chunk;
        while (true) {
            {
                const std::lock_guard lock(file.mutex);
                chunk.swap(file.unwritten);
                file.unwritten.clear();
                if (chunk.empty()) {
                    file.working = false;
                    return;
                }
            }
            if (!file.output.is_open()) open(file);
            file.output.write(chunk.data(), static_cast<std::streamsize>(chunk.size()));
            file.output.flush();
        }
    } catch (const std::exception& failure) {
        log::error("journal.failed", {{"tenant", file.tenant}, {"error", failure.what()}, {"result", "not recorded for ten minutes"}});
        const std::lock_guard lock(file.mutex);
        file.failed = std::chrono::steady_clock::now();
        file.unwritten = {};
    }
}

class Segment : public ports::JournalSegment {
public:
    Segment(std::shared_ptr<File> file, WorkerPool& pool, Executor home) : file_(std::move(file)), pool_(pool), home_(home) {}

    void write(std::string line) override {
        {
            const std::lock_guard lock(file_->mutex);
            lost_ = lost_ || file_->failed || file_->unwritten.size() + line.size() > file_->options.unwritten_bytes;
            if (lost_) return;
            bytes_ += line.size() + 1;
            file_->unwritten += line;
            file_->unwritten += '\n';
            if (file_->unwritten.size() < chunk_bytes) return;
        }
        hand_over();
    }

    void flush() override {
        if (first_bytes_ == 0) first_bytes_ = bytes_;
        hand_over();
    }

    bool full() const override {
        const std::lock_guard lock(file_->mutex);
        if (file_->failed) return std::chrono::steady_clock::now() > *file_->failed + pause_after_failure;
        return lost_ || bytes_ > first_bytes_ + std::max(file_->options.file_bytes, first_bytes_);
    }

private:
    void hand_over() {
        {
            const std::lock_guard lock(file_->mutex);
            if (file_->working || file_->unwritten.empty()) return;
            file_->working = true;
        }
        if (pool_.run(home_, [file = file_] { work(*file); }, [] {})) return;
        const std::lock_guard lock(file_->mutex);
        file_->working = false;
    }

    const std::shared_ptr<File> file_;
    WorkerPool& pool_;
    const Executor home_;
    std::uint64_t bytes_ = 0;
    std::uint64_t first_bytes_ = 0;  // until the first flush: what the router was built of
    bool lost_ = false;
};

}  // namespace

std::unique_ptr<ports::JournalSegment> JournalFiles::begin(const TenantId& tenant) {
    if (options_.keep <= Duration{0}) return nullptr;
    auto file = std::make_shared<File>();
    file->options = options_;
    file->tenant = tenant.value;
    return std::make_unique<Segment>(std::move(file), pool_, home_);
}

}  // namespace switchboard::archive
