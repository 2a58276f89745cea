// SPDX-License-Identifier: Apache-2.0
#include "net/client_address.hpp"
#include "redis/topology.hpp"
#include "runtime/config.hpp"

#include <boost/asio/ip/address.hpp>

namespace switchboard::runtime {

namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t day = 24 * hour;

std::string check_address(const std::string& text) {
    boost::system::error_code failure;
    boost::asio::ip::make_address(text, failure);
    return failure ? "must be an IP address, for example 127.0.0.1 or ::" : "";
}

std::string check_network(const std::string& text) {
    return net::Network::parse(text) ? "" : "must hold addresses or blocks such as 10.0.0.0/8";
}

std::string check_redis_url(const std::string& text) {
    if (text.empty()) return {};
    const auto parsed = redis::parse_redis_url(text);
    return parsed ? "" : parsed.error().message;
}

std::string check_ack_replicas(const std::string& text) {
    const bool number = text.size() == 1 && text[0] >= '1' && text[0] <= '9';
    return text == "all" || number ? "" : "must be all or a number from 1 to 9";
}

std::string check_directory(const std::string& text) { return text.empty() ? "must name a directory" : ""; }

std::vector<ConfigKey> network_keys() {
    return {
        {"Network", "listen", &Config::listen, "Address to listen on; 0.0.0.0 or :: for all. Put a proxy that speaks TLS in front of it.", 0, 0, {},
         check_address},
        {"Network", "port", &Config::port, "TCP port for WebSockets and HTTP; 0 takes a free one and prints it.", 0, 65535},
        {"Network", "trusted_proxies", &Config::trusted_proxies,
         "Proxies whose X-Forwarded-For is believed, as addresses or blocks such as 10.0.0.0/8.", 0, 0, {}, check_network},
        {"Network", "cookie_secure", &Config::cookie_secure,
         "Send the refresh cookie over HTTPS only. Off by itself in demo mode, which has no TLS."},
        {"Network", "web_dir", &Config::web_dir,
         "Directory with the built pages (widget/dist, console/dist), which are read at start. Empty: no pages are served."},
    };
}

std::vector<ConfigKey> storage_keys() {
    return {
        {"Storage", "data_dir", &Config::data_dir, "Directory of the archive, the token secret and the embedded Redis; created when missing.", 0, 0,
         {}, check_directory},
        {"Storage", "redis_url", &Config::redis_url,
         "Redis to use: redis://[[user]:password@]host[:port][/database], rediss:// for TLS, redis+sentinel://host:port,host:port/primary, or "
         "unix:///path. Empty: a private one in data_dir.", 0, 0, {},
         check_redis_url, true},
        {"Storage", "durability", &Config::durability,
         "What an acknowledgement means: fsync = on disk before it is told; replica = on the replicas of ack_replicas too; memory = a loss of "
         "power or of the primary may take the last second.", 0, 0, {"fsync", "memory", "replica"}},
        {"Storage", "ack_replicas", &Config::ack_replicas,
         "With durability replica: how many replicas have it before it is told. all = every one that the Sentinels know of; without "
         "Sentinels write the number.", 0, 0, {}, check_ack_replicas},
        {"Storage", "replica_degrade_after", &Config::replica_degrade_after,
         "With durability replica: when replicas have been missing for so long, one that has it is enough. 0: never, messages are refused.", 0, hour},
        {"Storage", "closed_keep", &Config::closed_keep, "How long a closed conversation stays readable in Redis after it was archived.", 60 * second,
         30 * day},
        {"Storage", "journal_keep", &Config::journal_keep,
         "How long data_dir/journal remembers what the router was told and what it decided, for simulate --journal; 0: nothing is recorded.", 0, 366 * day},
        {"Storage", "journal_bytes", &Config::journal_bytes, "And at most so many bytes per tenant, the newest.", 1 << 20, std::int64_t{1} << 40},
        {"Storage", "token_secret_file", &Config::token_secret_file,
         "File with the secret that signs our tokens (32 bytes as 64 hexadecimal digits). Nodes must share it. Empty: data_dir/secret, made at first start."},
    };
}

std::vector<ConfigKey> process_keys() {
    return {
        {"Process", "threads", &Config::threads, "Shards, each with its own thread; 0: one per core.", 0, 256},
        {"Process", "workers", &Config::workers, "Threads for what blocks: passwords, archive, files.", 1, 64},
        {"Process", "drain", &Config::drain, "On SIGTERM: time over which clients are sent away. A second signal stops at once.", 0, hour},
        {"Process", "log_level", &Config::log_level, "Least level that is logged.", 0, 0, {"debug", "info", "warn", "error", "off"}},
        {"Process", "log_format", &Config::log_format, "Log lines as key=value or as JSON.", 0, 0, {"text", "json"}},
        {"Process", "demo", &Config::demo, "Create the demo tenant when it is missing and print its logins. Never on a public server."},
    };
}

std::vector<ConfigKey> session_keys() {
    constexpr std::int64_t mebibyte = 1 << 20;
    const auto counted = [](const char* name, std::uint64_t Config::*field, const char* description, std::int64_t most) {
        return ConfigKey{"Limits", name, field, description, 0, most};
    };
    const auto sized = [](const char* name, std::uint64_t Config::*field, const char* description, std::int64_t least) {
        return ConfigKey{"Limits", name, field, description, least, 64 * mebibyte};
    };
    return {
        {"Limits", "heartbeat", &Config::heartbeat, "A client must send something at least so often.", second, hour},
        {"Limits", "hello_timeout", &Config::hello_timeout, "From the upgrade to a good Hello.", 100, 60 * second},
        sized("text_bytes", &Config::text_bytes, "Bytes of one message.", 1),
        sized("customer_frame_bytes", &Config::customer_frame_bytes, "Bytes of one WebSocket message of a customer.", 1024),
        sized("agent_frame_bytes", &Config::agent_frame_bytes, "Bytes of one WebSocket message of an agent.", 1024),
        sized("customer_outbox_bytes", &Config::customer_outbox_bytes, "Unread output of a customer, beyond which the session is closed.", 4096),
        sized("agent_outbox_bytes", &Config::agent_outbox_bytes, "Unread output of an agent, beyond which the session is closed.", 4096),
        {"Limits", "customer_commands_per_second", &Config::customer_commands_per_second, "Commands of a customer per second, in the long run.", 1,
         1'000'000},
        {"Limits", "customer_command_burst", &Config::customer_command_burst, "Commands of a customer at once.", 1, 1'000'000},
        counted("customer_commands_per_minute", &Config::customer_commands_per_minute, "Commands of a customer per minute; 0: no limit.", 100'000'000),
        {"Limits", "agent_commands_per_second", &Config::agent_commands_per_second, "Commands of an agent per second.", 1, 1'000'000},
        {"Limits", "sessions_per_visitor", &Config::sessions_per_visitor, "Sessions of one customer at a time.", 1, 1'000'000},
        {"Limits", "sessions_per_agent", &Config::sessions_per_agent, "Sessions of one agent at a time.", 1, 1'000'000},
        counted("new_visitors_per_minute", &Config::new_visitors_per_minute,
                "Conversations that new anonymous visitors of one address may start per minute; 0: no limit.", 1'000'000),
        counted("connections", &Config::connections, "Connections of the process; 0: 80 % of the file descriptors allowed.", 10'000'000),
        counted("connections_per_address", &Config::connections_per_address,
                "Connections of one address (IPv6: of one /64) that are not an agent's; 0: no limit.", 10'000'000),
        counted("handshakes_per_second", &Config::handshakes_per_second, "WebSocket handshakes of the process; 0: no limit.", 1'000'000),
        counted("handshakes_per_second_per_address", &Config::handshakes_per_second_per_address,
                "WebSocket handshakes of one address; 0: no limit.", 1'000'000),
    };
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
    static const std::vector<ConfigKey> all = [] {
        std::vector<ConfigKey> joined;
        for (auto part : {network_keys(), storage_keys(), process_keys(), session_keys()})
            joined.insert(joined.end(), part.begin(), part.end());
        return joined;
    }();
    return all;
}

}  // namespace switchboard::runtime
