// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace switchboard::log {

namespace {

Format chosen_format = Format::text;

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>("switchboard", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

std::string render_text(std::string_view event, Fields fields) {
    std::string line(event);
    for (const Field& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        const bool plain = !field.value.empty() && field.value.find_first_of(" \"=\n\r\t") == std::string::npos;
        line += plain ? field.value : boost::json::serialize(boost::json::value(field.value));
    }
    return line;
}

std::string render_json(std::string_view event, Fields fields) {
    boost::json::object object;
    object["event"] = event;
    for (const Field& field : fields) object[field.key] = field.value;
    return boost::json::serialize(object);
}

void write(spdlog::level::level_enum level, std::string_view event, Fields fields) {
    if (!logger().should_log(level)) return;
    logger().log(level, chosen_format == Format::json ? render_json(event, fields) : render_text(event, fields));
}

}  // namespace

void configure(Level level, Format format) {
    static constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                                           spdlog::level::err, spdlog::level::off};
    chosen_format = format;
    logger().set_level(levels[static_cast<int>(level)]);
    if (format == Format::json)
        logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","log":%v})", spdlog::pattern_time_type::utc);
}

void debug(std::string_view event, Fields fields) { write(spdlog::level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(spdlog::level::info, event, fields); }
void warn(std::string_view event, Fields fields) { write(spdlog::level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(spdlog::level::err, event, fields); }

}  // namespace switchboard::log
