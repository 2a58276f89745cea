// SPDX-License-Identifier: Apache-2.0
#include "app/auditor.hpp"

#include "base/log.hpp"

namespace switchboard::app {

namespace {

constexpr Duration between_objects{50};
// Long enough for everything that is under way, a node's end included.
constexpr Duration between_rounds{10'000};
// Longer logs are left to `switchboard fsck`.
constexpr std::uint64_t longest_log = 2000;
constexpr std::size_t most_told = 10'000;

std::string name_of(const TenantId& tenant, const domain::Finding& finding) {
    return tenant.value + '\n' + finding.object + '\n' + finding.sentence + '\n' + std::to_string(finding.version);
}

}  // namespace

Auditor::Auditor(Context& context, ports::AuditStore& store, std::function<std::vector<TenantId>()> led)
    : context_(context), store_(store), led_(std::move(led)), timer_(context.executor) {}

Auditor::~Auditor() { *alive_ = false; }

void Auditor::start() { arm(between_rounds); }

void Auditor::stop() {
    *alive_ = false;
    timer_.cancel();
}

void Auditor::arm(Duration wait) {
    timer_.expires_after(wait);
    timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (!cancelled && *alive) step();
    });
}

void Auditor::step() {
    if (objects_.empty()) return begin_round();
    const Object object = std::move(objects_.front());
    objects_.pop_front();
    context_.metrics.audited_objects.Increment();
    std::visit([&](const auto& id) { look_at(object.tenant, id); }, object.id);
    arm(objects_.empty() ? between_rounds : between_objects);
}

void Auditor::begin_round() {
    suspects_ = std::exchange(new_suspects_, {});
    if (told_.size() > most_told) told_.clear();
    const std::vector<TenantId> tenants = led_();
    lists_open_ = tenants.size();
    if (tenants.empty()) return arm(between_rounds);
    for (const TenantId& tenant : tenants) {
        store_.list(tenant, [this, alive = alive_, tenant](Result<ports::AuditObjects> listed) {
            if (!*alive) return;
            if (listed) {
                for (auto& id : listed->conversations) objects_.push_back({tenant, std::move(id)});
                for (auto& id : listed->agents) objects_.push_back({tenant, std::move(id)});
                for (auto& name : listed->strays) objects_.push_back({tenant, std::move(name)});
            } else if (listed.error().code == ErrorCode::internal) {
                judge(tenant, {domain::audit_unlisted(listed.error().message)});
            }
            if (--lists_open_ == 0) arm(objects_.empty() ? between_rounds : between_objects);
        });
    }
}

void Auditor::look_at(const TenantId& tenant, const ConversationId& conversation) {
    store_.read_conversation(tenant, conversation, [this, alive = alive_, tenant, conversation](Result<domain::AuditedConversation> facts) {
        if (!*alive) return;
        if (!facts) return judge_unread(tenant, conversation, facts.error());
        judge(tenant, domain::audit(*facts));
        if (!facts->exists || facts->log_length > longest_log) return;
        store_.read_log(tenant, facts->id, [this, alive, tenant, id = facts->id](Result<std::vector<domain::AuditedEntry>> log) {
            if (*alive && log) judge(tenant, domain::audit_log(id, *log));
        });
    });
}

void Auditor::look_at(const TenantId& tenant, const AgentId& agent) {
    store_.read_agent(tenant, agent, [this, alive = alive_, tenant, agent](Result<domain::AuditedAgent> facts) {
        if (!*alive) return;
        if (!facts) return judge_unread(tenant, agent, facts.error());
        judge(tenant, domain::audit(*facts));
    });
}

void Auditor::look_at(const TenantId& tenant, const std::string& stray) {
    store_.look_at_stray(tenant, stray, false, [this, alive = alive_, tenant, stray](Result<bool> nobodys) {
        if (!*alive) return;
        if (!nobodys) return judge_unread(tenant, stray, nobodys.error());
        if (*nobodys) judge(tenant, {domain::audit_stray(stray)});
    });
}

// While the store is away nothing is said.
template <class Id>
void Auditor::judge_unread(const TenantId& tenant, const Id& id, const Error& error) {
    if (error.code == ErrorCode::internal) judge(tenant, {domain::audit_unreadable(id, error.message)});
}

void Auditor::judge(const TenantId& tenant, const std::vector<domain::Finding>& findings) {
    for (const domain::Finding& finding : findings) {
        const std::string name = name_of(tenant, finding);
        new_suspects_.insert(name);
        if (!suspects_.contains(name) || !told_.insert(name).second) continue;
        context_.metrics.audit_violations.Increment();
        log::error("audit.violation", {{"tenant", tenant.value}, {"object", finding.object}, {"what", finding.sentence}});
    }
}

}  // namespace switchboard::app
