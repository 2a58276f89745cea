// SPDX-License-Identifier: Apache-2.0
// The figures of one scenario: as one JSON object for machines or as lines for people. Thread: one.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace switchboard::client {

// Latencies in microseconds; percentiles are exact.
class Latencies {
public:
    void add(double microseconds) { values_.push_back(static_cast<float>(microseconds)); }
    void clear() { values_.clear(); }
    std::size_t count() const { return values_.size(); }
    double percentile(double fraction);

private:
    std::vector<float> values_;
};

// What every scenario reports (TARGETS.md); scenarios add their own keys.
struct Report {
    std::string scenario;
    double seconds = 0;
    double steal_percent = 0;
    double server_cpu_us = 0;
    double redis_cpu_us = 0;
    double generator_cpu_us = 0;  // of the clients: not counted, but it tells who was the bottleneck
    std::uint64_t ops = 0;
    std::uint64_t errors = 0;
    double p50_us = 0, p99_us = 0, p999_us = 0;
    boost::json::object extra;

    double cpu_us_per_op() const { return ops ? (server_cpu_us + redis_cpu_us) / static_cast<double>(ops) : 0; }
    void take(Latencies& latencies);
    boost::json::object to_json() const;
    void print(bool json) const;  // on standard output
    // `lost`, `duplicated`, `reordered`, `misrouted` or `errors` is not 0.
    bool failed() const;
};

}  // namespace switchboard::client
