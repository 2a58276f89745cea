// SPDX-License-Identifier: Apache-2.0
#include "archive/conversation_rows.hpp"

#include <charconv>

namespace switchboard::archive {

namespace {

constexpr const char* upsert_sql = R"sql(
    INSERT INTO conversations (tenant, id, visitor, customer_name, department, topic, skills, weight, agent, started, queued, arrival,
        closed, reason, disposition, rating, preview, version, assign_epoch, epoch, head_seq, head_all_seq,
        customer_delivered, customer_read, agent_delivered, agent_read)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)
    ON CONFLICT (tenant, id) DO UPDATE SET visitor = ?3, customer_name = ?4, department = ?5, topic = ?6, skills = ?7, weight = ?8,
        agent = ?9, started = ?10, queued = ?11, arrival = ?12, closed = ?13, reason = ?14, disposition = ?15, rating = ?16, preview = ?17,
        version = ?18, assign_epoch = ?19, epoch = ?20, head_seq = ?21, head_all_seq = ?22, customer_delivered = ?23,
        customer_read = ?24, agent_delivered = ?25, agent_read = ?26
    WHERE excluded.head_seq > head_seq OR (excluded.head_seq = head_seq AND excluded.version >= version)
    RETURNING row)sql";

constexpr const char* select_sql = R"sql(
    SELECT row, visitor, customer_name, department, topic, skills, weight, agent, started, queued, arrival, closed, reason, disposition,
        rating, preview, version, assign_epoch, epoch, head_seq, head_all_seq, customer_delivered, customer_read, agent_delivered, agent_read
    FROM conversations WHERE tenant = ?1 AND id = ?2)sql";

std::string encode_skills(const std::vector<domain::SkillRequirement>& skills) {
    std::string text;
    for (const domain::SkillRequirement& one : skills) text += one.skill + ':' + std::to_string(one.level) + '\n';
    return text;
}

std::vector<domain::SkillRequirement> decode_skills(std::string_view text) {
    std::vector<domain::SkillRequirement> skills;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t colon = line.rfind(':');
        if (colon == std::string_view::npos) continue;
        domain::SkillRequirement one{std::string(line.substr(0, colon)), 1};
        std::from_chars(line.data() + colon + 1, line.data() + line.size(), one.level);
        skills.push_back(std::move(one));
    }
    return skills;
}

// The row, or nothing when a newer state is stored already.
std::optional<std::int64_t> upsert(SqliteDatabase& database, const ports::ArchivedConversation& conversation) {
    const ports::ConversationRecord& record = conversation.record;
    const domain::Conversation& routing = record.routing;
    Statement statement = database.prepare(upsert_sql);
    statement.bind_text(1, conversation.tenant.value).bind_text(2, routing.id.value).bind_text(3, record.visitor.value);
    statement.bind_text(4, record.customer_name).bind_text(5, routing.requirement.department.value).bind_text(6, record.topic);
    statement.bind_text(7, encode_skills(routing.requirement.skills)).bind(8, std::int64_t{routing.weight});
    statement.bind_text(9, routing.agent.value).bind(10, to_ms(record.started)).bind(11, to_ms(record.queued));
    statement.bind(12, to_ms(routing.arrival)).bind(13, to_ms(conversation.closed));
    statement.bind_text(14, domain::to_string(record.routing.closed_reason)).bind_text(15, record.disposition);
    statement.bind(16, std::int64_t{record.rating}).bind_text(17, record.preview).bind(18, routing.version);
    statement.bind(19, routing.assign_epoch).bind(20, record.epoch).bind(21, record.head_seq).bind(22, record.head_all_seq);
    statement.bind(23, record.customer_delivered).bind(24, record.customer_read);
    statement.bind(25, record.agent_delivered).bind(26, record.agent_read);
    if (!statement.step()) return std::nullopt;
    const std::int64_t row = statement.number(0);
    while (statement.step()) {
    }
    return row;
}

void read_record(const Statement& select, ports::ConversationRecord& record) {
    record.visitor = VisitorId(select.text(1));
    record.customer_name = select.text(2);
    record.topic = select.text(4);
    record.started = from_ms(select.number(8));
    record.queued = from_ms(select.number(9));
    record.routing.closed_reason = domain::parse_closed_reason(select.text(12)).value_or(domain::ClosedReason::none);
    record.disposition = select.text(13);
    record.rating = static_cast<unsigned>(select.number(14));
    record.preview = select.text(15);
    record.epoch = select.unsigned_number(18);
    record.head_seq = select.unsigned_number(19);
    record.head_all_seq = select.unsigned_number(20);
    record.customer_delivered = select.unsigned_number(21);
    record.customer_read = select.unsigned_number(22);
    record.agent_delivered = select.unsigned_number(23);
    record.agent_read = select.unsigned_number(24);
}

// Everything but the log; the row's number, or nothing when there is none.
std::optional<std::int64_t> read_row(SqliteDatabase& database, const TenantId& tenant, const ConversationId& id,
                                     ports::ArchivedConversation& found) {
    Statement select = database.prepare(select_sql);
    if (!select.bind_text(1, tenant.value).bind_text(2, id.value).step()) return std::nullopt;
    found.tenant = tenant;
    found.closed = from_ms(select.number(11));
    domain::Conversation& routing = found.record.routing;
    routing.id = id;
    routing.status = domain::ConversationStatus::closed;
    routing.requirement = {DepartmentId(select.text(3)), decode_skills(select.text(5))};
    routing.weight = static_cast<unsigned>(select.number(6));
    routing.agent = AgentId(select.text(7));
    routing.arrival = from_ms(select.number(10));
    routing.version = select.unsigned_number(16);
    routing.assign_epoch = select.unsigned_number(17);
    read_record(select, found.record);
    return select.number(0);
}

}  // namespace

void write_conversation(SqliteDatabase& database, const ports::ArchivedConversation& conversation) {
    const std::optional<std::int64_t> row = upsert(database, conversation);
    if (!row) return;
    database.prepare("DELETE FROM events WHERE conversation = ?1").bind(1, *row).step();
    for (const ports::LogEntry& entry : conversation.log) {
        Statement insert =
            database.prepare("INSERT INTO events (conversation, seq, prev, event_id, audience, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        insert.bind(1, *row).bind(2, entry.seq).bind(3, entry.prev).bind(4, entry.event_id);
        insert.bind(5, static_cast<std::int64_t>(entry.audience)).bind_bytes(6, entry.bytes);
        insert.step();
    }
}

std::optional<ports::ArchivedConversation> read_conversation(SqliteDatabase& database, const TenantId& tenant, const ConversationId& id) {
    ports::ArchivedConversation found;
    const std::optional<std::int64_t> row = read_row(database, tenant, id, found);
    if (!row) return std::nullopt;
    Statement events = database.prepare("SELECT seq, prev, event_id, audience, bytes FROM events WHERE conversation = ?1 ORDER BY seq");
    events.bind(1, *row);
    while (events.step()) {
        found.log.push_back({events.unsigned_number(0), events.unsigned_number(1), events.unsigned_number(2),
                             static_cast<ports::Audience>(events.number(3)), events.text(4)});
    }
    return found;
}

}  // namespace switchboard::archive
