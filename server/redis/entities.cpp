// SPDX-License-Identifier: Apache-2.0
#include "redis/entities.hpp"

#include <charconv>

namespace switchboard::redis {

namespace {

std::uint64_t to_number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Calls `take(name, number)` for every "name=number" of a comma-separated list.
template <class Take>
void each_pair(std::string_view list, Take take) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view item = list.substr(0, comma);
        const std::size_t equals = item.rfind('=');
        if (equals != std::string_view::npos) take(item.substr(0, equals), to_number(item.substr(equals + 1)));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
}

// One item of the skills, see server/redis/README.md.
void take_skill(domain::Requirement& requirement, std::string_view name, int level) {
    // Who waits for one agent waits for bots, if at all, only afterwards.
    if (name.starts_with("@@"))
        requirement.bots = requirement.agent.empty();
    else if (name.starts_with('@'))
        requirement.agent = AgentId(name.substr(1));
    else if (name.starts_with('?'))
        requirement.preferred.push_back({std::string(name.substr(1)), level});
    else
        requirement.skills.push_back({std::string(name), level});
}

}  // namespace

std::string_view Fields::text(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return {};
}

std::uint64_t Fields::number(std::string_view name) const { return to_number(text(name)); }

Timestamp Fields::time(std::string_view name) const { return from_ms(static_cast<std::int64_t>(number(name))); }

std::optional<Timestamp> Fields::optional_time(std::string_view name) const {
    if (text(name).empty()) return std::nullopt;
    return time(name);
}

domain::Conversation conversation_from(const ConversationId& id, const Fields& fields) {
    domain::Conversation conversation;
    conversation.id = id;
    conversation.version = fields.number("version");
    conversation.status = domain::parse_status(fields.text("status")).value_or(domain::ConversationStatus::closed);
    conversation.requirement.department = DepartmentId(fields.text("department"));
    each_pair(fields.text("skills"), [&](std::string_view skill, std::uint64_t level) {
        take_skill(conversation.requirement, skill, static_cast<int>(level));
    });
    conversation.weight = static_cast<unsigned>(fields.number("weight"));
    conversation.arrival = fields.time("arrival");
    conversation.arrival_us = static_cast<std::uint16_t>(fields.number("arrival_us"));
    // Absent in what was written before there were boosts.
    conversation.enqueued = fields.optional_time("enqueued").value_or(conversation.arrival);
    conversation.urgent = !fields.text("urgent").empty();
    conversation.step = static_cast<unsigned>(fields.number("step"));
    conversation.agent = AgentId(fields.text("agent"));
    conversation.offer = OfferId(fields.text("offer"));
    conversation.deadline = fields.time("deadline");
    conversation.assign_epoch = fields.number("assign_epoch");
    conversation.closed_reason = domain::parse_closed_reason(fields.text("reason")).value_or(domain::ClosedReason::none);
    conversation.customer_absent_since = fields.optional_time("absent");
    each_pair(fields.text("cooldowns"), [&](std::string_view agent, std::uint64_t until) {
        conversation.cooldowns.push_back({AgentId(agent), from_ms(static_cast<std::int64_t>(until))});
    });
    return conversation;
}

domain::Agent agent_from(const AgentId& id, const Fields& fields) {
    domain::Agent agent;
    agent.id = id;
    agent.version = fields.number("version");
    agent.choice = domain::parse_choice(fields.text("choice")).value_or(domain::AgentChoice::away);
    agent.reason = fields.text("reason");
    agent.load = static_cast<unsigned>(fields.number("load"));
    agent.idle_since = fields.time("idle");
    agent.asked_at = fields.time("asked");
    agent.offline_since = fields.optional_time("offline");
    if (agent.version == 0) agent.offline_since = Timestamp{};  // never seen: no session either
    agent.misses = static_cast<unsigned>(fields.number("misses"));
    return agent;
}

ports::ConversationRecord record_from(const ConversationId& id, const Fields& fields) {
    ports::ConversationRecord record;
    record.routing = conversation_from(id, fields);
    record.epoch = fields.number("epoch");
    record.visitor = VisitorId(fields.text("visitor"));
    record.customer_name = fields.text("name");
    record.topic = fields.text("topic");
    record.started = fields.time("started");
    record.queued = fields.time("queued");
    record.head_seq = fields.number("seq");
    record.head_all_seq = fields.number("all");
    record.disposition = fields.text("disposition");
    record.rating = static_cast<unsigned>(fields.number("rating"));
    record.preview = fields.text("preview");
    record.consulted = AgentId(fields.text("consult"));
    record.customer_delivered = fields.number("cd");
    record.customer_read = fields.number("cr");
    record.agent_delivered = fields.number("ad");
    record.agent_read = fields.number("ar");
    return record;
}

std::string skills_text(const domain::Requirement& requirement) {
    std::string text;
    const auto add = [&](std::string_view mark, const std::string& name, int level) {
        if (!text.empty()) text += ',';
        text.append(mark).append(name).append("=").append(std::to_string(level));
    };
    if (!requirement.agent.empty()) add("@", requirement.agent.value, 1);
    if (requirement.bots) add("@@", "bots", 1);
    for (const domain::SkillRequirement& skill : requirement.skills) add("", skill.skill, skill.level);
    for (const domain::SkillRequirement& skill : requirement.preferred) add("?", skill.skill, skill.level);
    return text;
}

const std::vector<std::string>& routing_fields_of_conversation() {
    static const std::vector<std::string> fields = {"version", "status", "department", "skills", "weight", "arrival", "agent", "offer",
                                                    "deadline", "assign_epoch", "absent", "cooldowns", "enqueued", "urgent", "step", "reason",
                                                    "arrival_us"};
    return fields;
}

const std::vector<std::string>& routing_fields_of_agent() {
    static const std::vector<std::string> fields = {"version", "choice", "reason", "load", "idle", "offline", "misses", "asked"};
    return fields;
}

}  // namespace switchboard::redis
