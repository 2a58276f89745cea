// SPDX-License-Identifier: Apache-2.0
#include "domain/document_reader.hpp"
#include "domain/routing_journal.hpp"
#include "domain/tenant_document.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <istream>
#include <limits>

namespace switchboard::domain {

namespace {

namespace json = boost::json;

constexpr std::uint64_t any = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t longest = 4096, most = 100'000, shown = 300;

struct Entry {
    Timestamp at;
    std::optional<Input> input;  // none: a tick
    std::vector<std::string> decided;
};

// One object of a line. Times are milliseconds; what is left out is as a new value has it.
struct Fields : ObjectReader {
    using ObjectReader::ObjectReader;

    std::string word(std::string_view name, std::size_t minimum = 0) { return text(name, TextKind::any, minimum, longest); }
    std::uint64_t whole(std::string_view name, std::uint64_t otherwise = 0) { return number(name, 0, any, otherwise); }
    unsigned small(std::string_view name, unsigned otherwise = 0) {
        return static_cast<unsigned>(number(name, 0, std::numeric_limits<unsigned>::max(), otherwise));
    }
    Timestamp time(std::string_view name) { return from_ms(static_cast<std::int64_t>(whole(name))); }
    std::optional<Timestamp> moment(std::string_view name) {
        const Timestamp read = time(name);
        return read == Timestamp{} ? std::nullopt : std::optional(read);
    }
};

// Calls with each [text, number] of a list.
void each_pair(Fields& fields, std::string_view name, DocumentProblems& problems, const std::function<void(std::string, std::uint64_t)>& take) {
    fields.each(name, most, [&](const json::value& value, const std::string& path) {
        const json::array* pair = value.if_array();
        if (!pair || pair->size() != 2) return problems.add(path, "must be a pair of a text and a number");
        take(read_text((*pair)[0], path, TextKind::any, 1, longest, problems), read_number((*pair)[1], path, 0, any, problems));
    });
}

Conversation read_conversation(const json::value& value, const std::string& path, DocumentProblems& problems) {
    Fields fields(value, path, problems);
    Conversation read;
    read.id.value = fields.word("id", 1);
    read.version = fields.whole("version");
    const auto status = parse_status(fields.word("status", 1));
    if (status) read.status = *status;
    else problems.add(fields.path_of("status"), "is no status of a conversation");
    read.requirement.department.value = fields.word("department", 1);
    fields.entries("skills", most, [&](std::string_view skill, const json::value& level, const std::string& place) {
        read.requirement.skills.push_back({std::string(skill), static_cast<int>(read_number(level, place, 0, 5, problems))});
    });
    each_pair(fields, "preferred", problems, [&](std::string skill, std::uint64_t level) {
        read.requirement.preferred.push_back({std::move(skill), static_cast<int>(level)});
    });
    read.requirement.agent.value = fields.word("only");
    read.requirement.bots = fields.flag("bots", false);
    read.weight = fields.small("weight", 1);
    read.enqueued = fields.time("enqueued");
    read.arrival = fields.time("arrival");
    read.arrival_us = static_cast<std::uint16_t>(fields.number("arrival_us", 0, 999, 0));
    read.urgent = fields.flag("urgent", false);
    read.step = fields.small("step");
    read.agent.value = fields.word("agent");
    read.offer.value = fields.word("offer");
    read.deadline = fields.time("deadline");
    read.assign_epoch = fields.whole("assign_epoch");
    const std::string closed = fields.word("closed");
    const auto reason = closed.empty() ? ClosedReason::none : parse_closed_reason(closed);
    if (reason) read.closed_reason = *reason;
    else problems.add(fields.path_of("closed"), "is no reason of closing");
    read.customer_absent_since = fields.moment("customer_absent_since");
    each_pair(fields, "cooldowns", problems, [&](std::string agent, std::uint64_t until) {
        read.cooldowns.push_back({AgentId(std::move(agent)), from_ms(static_cast<std::int64_t>(until))});
    });
    fields.finish();
    return read;
}

Agent read_agent(const json::value& value, const std::string& path, DocumentProblems& problems) {
    Fields fields(value, path, problems);
    Agent read;
    read.id.value = fields.word("id", 1);
    read.version = fields.whole("version");
    const auto choice = parse_choice(fields.word("choice", 1));
    if (choice) read.choice = *choice;
    else problems.add(fields.path_of("choice"), "must be available or away");
    read.reason = fields.word("reason");
    read.load = fields.small("load");
    read.idle_since = fields.time("idle_since");
    read.asked_at = fields.time("asked_at");
    read.offline_since = fields.moment("offline_since");
    read.misses = fields.small("misses");
    fields.finish();
    return read;
}

ClaimResult read_claim(const json::value& value, const std::string& path, DocumentProblems& problems) {
    constexpr std::array<std::string_view, 3> outcomes = {"accepted", "refused", "unknown"};
    Fields fields(value, path, problems);
    ClaimResult read;
    read.conversation.value = fields.word("id", 1);
    read.agent.value = fields.word("agent", 1);
    read.outcome = static_cast<ClaimResult::Outcome>(fields.choice("outcome", outcomes, 1));
    fields.finish();
    return read;
}

Activity read_activity(const json::value& value, const std::string& path, DocumentProblems& problems) {
    Fields fields(value, path, problems);
    Activity read;
    read.conversation.value = fields.word("id", 1);
    read.assign_epoch = fields.whole("assign_epoch");
    read.head_seq = fields.whole("head_seq");
    read.customer = fields.moment("customer");
    read.agent = fields.moment("agent");
    read.warned = fields.moment("warned");
    fields.finish();
    return read;
}

Entry read_entry(const json::value& value, DocumentProblems& problems) {
    Fields fields(value, {}, problems);
    Entry entry;
    entry.at = fields.time("at");
    const auto when = [&](std::string_view name, const auto& read) {
        fields.nested(name, [&](const json::value& input, const std::string& path) {
            if (entry.input) problems.add(path, "is a second input in one line");
            entry.input = read(input, path, problems);
        });
    };
    when("conversation", read_conversation);
    when("agent", read_agent);
    when("claim", read_claim);
    when("activity", read_activity);
    when("gone", [](const json::value& id, const std::string& path, DocumentProblems& wrong) {
        return ConversationGone{ConversationId(read_text(id, path, TextKind::any, 1, longest, wrong))};
    });
    when("config", [](const json::value& document, const std::string& path, DocumentProblems& wrong) {
        auto config = parse_document(json::serialize(document));
        if (!config) wrong.add(path, config.error().message);
        return ConfigChanged{config ? std::make_shared<const TenantConfig>(std::move(*config)) : nullptr};
    });
    fields.each("decided", most, [&](const json::value& text, const std::string& path) {
        entry.decided.push_back(read_text(text, path, TextKind::any, 1, longest, problems));
    });
    fields.finish();
    return entry;
}

Error wrong(std::size_t line, const std::string& what) {
    return Error{ErrorCode::invalid_argument, "line " + std::to_string(line) + ": " + what};
}

std::vector<std::string> texts_of(const std::vector<Decision>& decisions) {
    std::vector<std::string> texts;
    for (const Decision& decision : decisions) texts.push_back(to_text(decision));
    return texts;
}

}  // namespace

Result<Repetition> repeat_journal(std::istream& lines) {
    Repetition repetition;
    Router router;
    std::string text;
    for (std::size_t line = 1; std::getline(lines, text); ++line) {
        const auto value = parse_json(text);
        // Only a complete line ends in a line break.
        repetition.cut_off = lines.eof();
        if (!value && repetition.cut_off) break;
        if (!value) return wrong(line, value.error().message);
        DocumentProblems problems;
        Entry entry = read_entry(*value, problems);
        if (!problems.none()) return wrong(line, problems.first());
        if (line == 1 && !(entry.input && std::holds_alternative<ConfigChanged>(*entry.input)))
            return wrong(line, "a journal begins with a config; is this one from the start?");
        auto repeated = texts_of(entry.input ? router.apply(*entry.input, entry.at) : router.tick(entry.at));
        if (repetition.calls++ == 0) repetition.from = entry.at;
        repetition.to = entry.at;
        if (repeated != entry.decided) {
            repetition.line = line;
            repetition.told = text.substr(0, shown);
            repetition.recorded = std::move(entry.decided);
            repetition.repeated = std::move(repeated);
            return repetition;
        }
        repetition.decisions += repeated.size();
    }
    if (repetition.calls == 0) return wrong(1, "nothing is recorded");
    return repetition;
}

}  // namespace switchboard::domain
