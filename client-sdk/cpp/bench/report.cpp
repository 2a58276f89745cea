// SPDX-License-Identifier: Apache-2.0
#include "bench/report.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace switchboard::client {

namespace {

double rounded(double value) { return std::round(value * 100) / 100; }

// The library writes doubles as 1.2E1, which is right and reads badly.
std::string written(const boost::json::value& value) {
    if (value.is_double()) {
        char text[64];
        std::snprintf(text, sizeof text, "%.2f", value.as_double());
        return text;
    }
    if (!value.is_object()) return boost::json::serialize(value);
    std::string text;
    for (const auto& [key, inner] : value.as_object())
        text += (text.empty() ? "{" : ",") + boost::json::serialize(boost::json::value(key)) + ":" + written(inner);
    return text + "}";
}

}  // namespace

double Latencies::percentile(double fraction) {
    if (values_.empty()) return 0;
    const auto index = std::min(values_.size() - 1, static_cast<std::size_t>(fraction * static_cast<double>(values_.size())));
    std::nth_element(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(index), values_.end());
    return values_[index];
}

void Report::take(Latencies& latencies) {
    p50_us = latencies.percentile(0.5);
    p99_us = latencies.percentile(0.99);
    p999_us = latencies.percentile(0.999);
}

boost::json::object Report::to_json() const {
    const double count = ops ? static_cast<double>(ops) : 1;
    boost::json::object object{{"scenario", scenario},
                               {"version", SWITCHBOARD_VERSION},
                               {"seconds", rounded(seconds)},
                               {"steal_percent", rounded(steal_percent)},
                               {"server_cpu_us_per_op", rounded(server_cpu_us / count)},
                               {"redis_cpu_us_per_op", rounded(redis_cpu_us / count)},
                               {"cpu_us_per_op", rounded(cpu_us_per_op())},
                               {"generator_cpu_us_per_op", rounded(generator_cpu_us / count)},
                               {"ops", ops},
                               {"ops_per_second", seconds > 0 ? rounded(static_cast<double>(ops) / seconds) : 0},
                               {"latency_us", {{"p50", rounded(p50_us)}, {"p99", rounded(p99_us)}, {"p999", rounded(p999_us)}}},
                               {"errors", errors}};
    for (const auto& [key, value] : extra) object[key] = value;
    return object;
}

void Report::print(bool json) const {
    const boost::json::object object = to_json();
    if (json) {
        std::printf("%s\n", written(object).c_str());
        return;
    }
    for (const auto& [key, value] : object) {
        if (value.is_object()) {
            for (const auto& [inner, number] : value.as_object())
                std::printf("%-46s %s\n", (std::string(key) + "." + std::string(inner)).c_str(), written(number).c_str());
        } else {
            std::printf("%-46s %s\n", std::string(key).c_str(), value.is_string() ? value.as_string().c_str() : written(value).c_str());
        }
    }
}

bool Report::failed() const {
    if (errors != 0) return true;
    return std::any_of(extra.begin(), extra.end(), [](const auto& entry) {
        static constexpr const char* faults[] = {"lost", "duplicated", "reordered", "misrouted"};
        const bool fault = std::find(std::begin(faults), std::end(faults), entry.key()) != std::end(faults);
        return fault && entry.value().template to_number<double>() != 0;
    });
}

}  // namespace switchboard::client
