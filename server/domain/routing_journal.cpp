// SPDX-License-Identifier: Apache-2.0
#include "domain/routing_journal.hpp"

#include "domain/document_reader.hpp"
#include "domain/tenant_document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

// Only what is not as a new value has it: most fields of most facts are.
template <class T>
void put(json::object& out, std::string_view name, const T& value) {
    if (value != T{}) out[name] = value;
}
void put(json::object& out, std::string_view name, Timestamp value) {
    if (value != Timestamp{}) out[name] = to_ms(value);
}
void put(json::object& out, std::string_view name, const std::optional<Timestamp>& value) {
    if (value) out[name] = to_ms(*value);
}

json::object written(const std::vector<SkillRequirement>& skills) {
    json::object out;
    for (const auto& [skill, level] : skills) out[skill] = level;
    return out;
}

// A list of pairs, because the order of preferred skills counts.
json::array in_order(const std::vector<SkillRequirement>& skills) {
    json::array out;
    for (const auto& [skill, level] : skills) out.push_back(json::array{skill, level});
    return out;
}

json::object written(const Conversation& conversation) {
    json::object out{{"id", conversation.id.value},
                     {"version", conversation.version},
                     {"status", to_string(conversation.status)},
                     {"department", conversation.requirement.department.value},
                     {"enqueued", to_ms(conversation.enqueued)},
                     {"arrival", to_ms(conversation.arrival)}};
    const Requirement& asked = conversation.requirement;
    if (!asked.skills.empty()) out["skills"] = written(asked.skills);
    if (!asked.preferred.empty()) out["preferred"] = in_order(asked.preferred);
    put(out, "only", asked.agent.value);
    put(out, "bots", asked.bots);
    if (conversation.weight != 1) out["weight"] = conversation.weight;
    if (conversation.arrival_us != 0) out["arrival_us"] = conversation.arrival_us;
    put(out, "urgent", conversation.urgent);
    put(out, "step", conversation.step);
    put(out, "agent", conversation.agent.value);
    put(out, "offer", conversation.offer.value);
    put(out, "deadline", conversation.deadline);
    put(out, "assign_epoch", conversation.assign_epoch);
    if (conversation.closed_reason != ClosedReason::none) out["closed"] = to_string(conversation.closed_reason);
    put(out, "customer_absent_since", conversation.customer_absent_since);
    json::array cooldowns;
    for (const Cooldown& one : conversation.cooldowns) cooldowns.push_back(json::array{one.agent.value, to_ms(one.until)});
    if (!cooldowns.empty()) out["cooldowns"] = std::move(cooldowns);
    return out;
}

json::object written(const Agent& agent) {
    json::object out{{"id", agent.id.value}, {"version", agent.version}, {"choice", to_string(agent.choice)}};
    put(out, "reason", agent.reason);
    put(out, "load", agent.load);
    put(out, "idle_since", agent.idle_since);
    put(out, "asked_at", agent.asked_at);
    put(out, "offline_since", agent.offline_since);
    put(out, "misses", agent.misses);
    return out;
}

json::object written(const Activity& activity) {
    json::object out{{"id", activity.conversation.value}, {"assign_epoch", activity.assign_epoch}, {"head_seq", activity.head_seq}};
    put(out, "customer", activity.customer);
    put(out, "agent", activity.agent);
    put(out, "warned", activity.warned);
    return out;
}

json::object written(const ClaimResult& result) {
    constexpr std::string_view outcomes[] = {"accepted", "refused", "unknown"};
    return {{"id", result.conversation.value}, {"agent", result.agent.value}, {"outcome", outcomes[static_cast<std::size_t>(result.outcome)]}};
}

json::value written(const ConfigChanged& change) {
    TenantConfig bare = *change.config;
    bare.sites.clear();
    bare.agent_keys.clear();
    for (AgentProfile& agent : bare.agents) agent.password_hash.clear();
    return parse_json(to_document(bare)).value();
}

struct InputWriter {
    json::object& line;
    void operator()(const Conversation& input) const { line["conversation"] = written(input); }
    void operator()(const Agent& input) const { line["agent"] = written(input); }
    void operator()(const ConversationGone& input) const { line["gone"] = input.id.value; }
    void operator()(const ConfigChanged& input) const { line["config"] = written(input); }
    void operator()(const ClaimResult& input) const { line["claim"] = written(input); }
    void operator()(const Activity& input) const { line["activity"] = written(input); }
};

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string epoch(std::uint64_t value) { return ", assignment " + number(value); }
std::string version(std::uint64_t value) { return ", version " + number(value); }
std::string cooldown(Duration value) { return ", cooldown " + std::to_string(value.count()) + " ms"; }

struct DecisionText {
    std::string operator()(const MakeOffer& made) const {
        return "offer " + made.conversation.value + " to " + made.agent.value + ", capacity " + number(made.capacity) + version(made.conversation_version) +
               ", until " + std::to_string(to_ms(made.deadline)) + ", step " + number(made.choice.step);
    }
    std::string operator()(const EndOffer& ended) const {
        return "end offer of " + ended.conversation.value + " to " + ended.agent.value + ", " + std::string(to_string(ended.outcome)) +
               cooldown(ended.cooldown) + (ended.set_away ? ", set away" : "");
    }
    std::string operator()(const Abandon& gone) const { return "abandon " + gone.conversation.value + version(gone.version); }
    std::string operator()(const Requeue& back) const {
        return "requeue " + back.conversation.value + " of " + back.agent.value + epoch(back.assign_epoch) +
               (back.why == Requeue::Why::no_reply ? ", no reply" : ", agent gone") + cooldown(back.cooldown);
    }
    std::string operator()(const EndWrapUp& ended) const { return "finish wrap-up of " + ended.conversation.value + epoch(ended.assign_epoch); }
    std::string operator()(const Widen& wider) const {
        return "widen " + wider.conversation.value + version(wider.version) + ", step " + number(wider.step) + (wider.anyone ? ", anyone" : "");
    }
    std::string operator()(const Move& move) const {
        return "move " + move.conversation.value + version(move.version) + " to " + move.requirement.department.value + ", weight " + number(move.weight);
    }
    std::string operator()(const TurnAway& away) const {
        return "turn away " + away.conversation.value + version(away.version) + ", " + std::string(to_string(away.reason));
    }
    std::string operator()(const CheckActivity& check) const { return "check activity of " + check.conversation.value + epoch(check.assign_epoch); }
    std::string operator()(const WarnInactive& warning) const {
        return "warn " + warning.conversation.value + epoch(warning.assign_epoch) + ", head " + number(warning.head_seq);
    }
    std::string operator()(const CloseInactive& close) const {
        return "close inactive " + close.conversation.value + epoch(close.assign_epoch) + ", head " + number(close.head_seq);
    }
};

}  // namespace

std::string journal_line(const Input* input, Timestamp at, const std::vector<Decision>& decided) {
    json::object line;
    line["at"] = to_ms(at);
    if (input) std::visit(InputWriter{line}, *input);
    json::array texts;
    for (const Decision& decision : decided) texts.emplace_back(to_text(decision));
    if (!texts.empty()) line["decided"] = std::move(texts);
    return json::serialize(line);
}

std::string to_text(const Decision& decision) {
    return std::visit(DecisionText{}, decision);
}

}  // namespace switchboard::domain
