// SPDX-License-Identifier: Apache-2.0
#include "runtime/tenant_editor.hpp"

#include "app/explanations.hpp"
#include "app/model.hpp"
#include "redis/redis_conversation_store.hpp"
#include "redis/redis_queue_board.hpp"
#include "redis/redis_routing_store.hpp"

#include "domain/config_check.hpp"
#include "domain/config_edit.hpp"
#include "domain/tenant_document.hpp"
#include "redis/topology.hpp"
#include "runtime/redis_check.hpp"

#include <pwd.h>
#include <unistd.h>

namespace switchboard::runtime {

namespace {

constexpr int save_attempts = 5;

redis::ConnectionOptions connection_to(const redis::RedisAddress& address, const redis::ReplicaAckOptions& replicas, std::string& unreachable) {
    redis::ConnectionOptions options;
    options.link.address = address;
    options.replicas = replicas;
    options.link.load_scripts = true;
    options.on_state = [&unreachable](const redis::ConnectionState& state) { unreachable = state.connected ? "" : state.reason; };
    return options;
}

std::string user_of_system() {
    const passwd* entry = ::getpwuid(::getuid());
    return "cli:" + (entry ? std::string(entry->pw_name) : std::to_string(::getuid()));
}

}  // namespace

TenantEditor::TenantEditor(const redis::RedisAddress& address, const redis::ReplicaAckOptions& replicas)
    : where_(address.describe()), connection_(loop_.get_executor(), metrics_, connection_to(address, replicas, unreachable_)) {}

TenantEditor::~TenantEditor() { connection_.stop(); }

Result<std::unique_ptr<TenantEditor>> TenantEditor::open(const Config& config) {
    if (!config.redis_url.empty()) {
        const auto address = redis::parse_redis_url(config.redis_url);
        if (!address) return address.error();
        return std::make_unique<TenantEditor>(*address, replica_acks(config));
    }
    redis::RedisAddress local;
    local.socket_path = DataDirectory::redis_socket(config.data_dir);
    Result<DataDirectory> directory = DataDirectory::claim(config.data_dir);
    if (!directory && directory.error().code == ErrorCode::conflict) return std::make_unique<TenantEditor>(local);
    if (!directory) return directory.error();

    EmbeddedRedisOptions options;
    options.directory = directory->redis_directory();
    options.socket_path = local.socket_path;
    Result<std::unique_ptr<EmbeddedRedis>> redis = EmbeddedRedis::start(options);
    if (!redis) return redis.error();
    auto editor = std::make_unique<TenantEditor>(local);
    editor->directory_ = std::move(*directory);
    editor->redis_ = std::move(*redis);
    return editor;
}

Result<std::vector<TenantId>> TenantEditor::list() {
    return wait<std::vector<TenantId>>([this](auto done) { store_.list(std::move(done)); });
}

Result<domain::TenantConfig> TenantEditor::load(const TenantId& tenant) {
    const auto loaded = wait<domain::TenantConfigPtr>([&](auto done) { store_.load(tenant, std::move(done)); });
    if (loaded) return **loaded;
    if (loaded.error().code != ErrorCode::not_found) return loaded.error();
    return Error{ErrorCode::not_found, "there is no tenant \"" + tenant.value + "\"; `switchboard tenant list` shows all"};
}

Result<std::uint64_t> TenantEditor::save(const domain::TenantConfig* before, domain::TenantConfig config) {
    if (before) domain::raise_generations(*before, config);
    if (const auto valid = domain::validate(config); !valid) return valid.error();
    const ports::ConfigEdit edit{user_of_system(), domain::changes_between(before, config)};
    if (edit.changes.empty()) return confirmed(config.version);
    return wait<std::uint64_t>([&](auto done) { store_.save(config, edit, std::move(done)); });
}

// What is stored already may be so without having been confirmed: then this was said again for that reason.
Result<std::uint64_t> TenantEditor::confirmed(std::uint64_t version) {
    const auto there = wait<void>([&](auto done) { store_.confirm(std::move(done)); });
    if (!there) return there.error();
    return version;
}

Result<std::uint64_t> TenantEditor::modify(const TenantId& tenant, const std::function<Result<void>(domain::TenantConfig&)>& change) {
    Result<std::uint64_t> saved = Error{};
    for (int attempt = 0; attempt < save_attempts; ++attempt) {
        Result<domain::TenantConfig> config = load(tenant);
        if (!config) return config.error();
        const domain::TenantConfig before = *config;
        const Result<void> changed = change(*config);
        if (!changed) return changed.error();
        if (const auto good = domain::check_change(before, *config); !good) return good.error();
        saved = save(&before, *config);
        if (saved || saved.error().code != ErrorCode::conflict) return saved;
    }
    return saved;
}

Result<std::vector<ports::AuditEntry>> TenantEditor::audit(const TenantId& tenant, std::size_t last) {
    const auto known = load(tenant);
    if (!known) return known.error();
    return wait<std::vector<ports::AuditEntry>>([&](auto done) { store_.read_audit(tenant, last, std::move(done)); });
}

Result<v1::Explanation> TenantEditor::explain(const TenantId& tenant, const ConversationId& conversation) {
    const Error unknown{ErrorCode::not_found, "there is no live conversation \"" + conversation.value + "\" in the tenant " + tenant.value};
    const auto config = wait<domain::TenantConfigPtr>([&](auto done) { store_.load(tenant, std::move(done)); });
    if (!config) return config.error();
    redis::RedisConversationStore conversations(loop_.get_executor(), caller_);
    RedisClock clock;  // the node's own, which is good enough to tell people
    redis::RedisRoutingStore routing(loop_.get_executor(), caller_, clock, [] { return nullptr; });
    redis::RedisQueueBoard board(caller_);
    if (!app::valid_id(conversation.value)) return unknown;
    const auto record = wait<ports::ConversationRecord>([&](auto done) { conversations.load(tenant, conversation, std::move(done)); });
    if (!record) return record.error().code == ErrorCode::not_found ? unknown : record.error();
    return wait<v1::Explanation>([&](auto done) { app::explain({conversations, routing, board, clock}, *config, *record, std::move(done)); });
}

}  // namespace switchboard::runtime
