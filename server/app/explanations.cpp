// SPDX-License-Identifier: Apache-2.0
#include "app/explanations.hpp"

#include "app/model.hpp"
#include "domain/explain.hpp"
#include "domain/time_text.hpp"
#include "switchboard/v1/event.pb.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace switchboard::app {

namespace {

using domain::ConversationStatus;

constexpr std::size_t slice = 500;
constexpr std::size_t all_agents_below = 2000;  // of larger tenants only those who might be asked
constexpr std::uint64_t log_tail = 100;

v1::Skill to_proto(const domain::SkillRequirement& needed) {
    v1::Skill out;
    out.set_name(needed.skill);
    out.set_level(static_cast<std::uint32_t>(needed.level));
    return out;
}

v1::AgentVerdict to_proto(const domain::AgentVerdict& verdict, const domain::TenantConfig& config) {
    v1::AgentVerdict out;
    *out.mutable_agent() = agent_participant(verdict.agent, &config);
    out.set_test(std::string(domain::to_string(verdict.failed)));
    out.set_detail(verdict.detail);
    out.set_load(verdict.load);
    out.set_capacity(verdict.capacity);
    return out;
}

std::vector<AgentId> agents_that_matter(const domain::TenantConfig& config, const domain::Requirement& requirement) {
    const auto* department = config.department(requirement.department);
    const auto departments = department ? domain::relaxed(requirement, *department, static_cast<unsigned>(department->steps.size())).departments
                                        : std::vector{requirement.department};
    const bool all = config.agents.size() < all_agents_below;
    std::vector<AgentId> found;
    for (const auto& agent : config.agents) {
        const auto serves = [&](const DepartmentId& id) { return agent.serves(id); };
        if (all || std::any_of(departments.begin(), departments.end(), serves)) found.push_back(agent.id);
    }
    return found;
}

// What the end of the log tells beside the routing state.
struct Past {
    std::optional<v1::RoutingRecord> last_offer;
    std::optional<Timestamp> taken;   // by its present owner
    DepartmentId overflow_from;       // the last transfer was made because that one was full
};

void remember(Past& past, const v1::Event& event, const domain::Conversation& conversation) {
    if (event.has_offer_made()) past.last_offer = event.offer_made().record();
    if (event.has_agent_joined() && event.agent_joined().agent().id() == conversation.agent.value) past.taken = from_ms(event.time_ms());
    if (event.has_transferred()) past.overflow_from = DepartmentId{event.transferred().overflow() ? event.transferred().from_department() : ""};
}

class Explaining : public std::enable_shared_from_this<Explaining> {
public:
    Explaining(const ExplanationSources& sources, domain::TenantConfigPtr config, ports::ConversationRecord record, Callback<v1::Explanation> done)
        : sources_(sources), config_(std::move(config)), record_(std::move(record)), done_(std::move(done)) {
        asked_ = agents_that_matter(*config_, record_.routing.requirement);
    }

    void load_agents() {
        if (next_ >= asked_.size()) return read_log();
        const std::size_t end = std::min(next_ + slice, asked_.size());
        const std::vector<AgentId> some(asked_.begin() + static_cast<std::ptrdiff_t>(next_), asked_.begin() + static_cast<std::ptrdiff_t>(end));
        next_ = end;
        sources_.routing.load_agents(config_->id, some, [self = shared_from_this()](Result<std::vector<domain::Agent>> agents) {
            if (agents.has_error()) return self->done_(agents.error());
            self->agents_.insert(self->agents_.end(), agents->begin(), agents->end());
            self->load_agents();
        });
    }

private:
    void read_log() {
        const std::uint64_t after = record_.head_seq > log_tail ? record_.head_seq - log_tail : 0;
        sources_.conversations.read_log(config_->id, record_.routing.id, after, log_tail, [self = shared_from_this()](Result<ports::LogPage> page) {
            if (page.has_error() && page.error().code != ErrorCode::not_found) return self->done_(page.error());
            v1::Event event;
            if (page)
                for (const auto& entry : page->entries)
                    if (event.ParseFromString(entry.bytes)) remember(self->past_, event, self->record_.routing);
            self->read_board();
        });
    }

    // A hint: the rest is worth telling without it.
    void read_board() {
        if (!waits()) return tell({});
        sources_.board.read(config_->id, [self = shared_from_this()](Result<std::string> bytes) {
            v1::QueueSnapshot snapshot;
            self->tell(bytes && snapshot.ParseFromString(*bytes) ? snapshot : v1::QueueSnapshot());
        });
    }

    bool waits() const {
        return record_.routing.status == ConversationStatus::queued || record_.routing.status == ConversationStatus::offered;
    }

    void tell(const v1::QueueSnapshot& snapshot) {
        const Timestamp now = sources_.clock.now();
        const auto& routing = record_.routing;
        const auto found = domain::explain(*config_, routing, agents_, now);
        v1::Explanation out;
        *out.mutable_conversation() = for_staff(record_, config_.get());
        out.set_summary(found.summary + addition(now));
        out.set_step(found.step);
        out.set_steps(found.steps);
        if (found.next_step) out.set_next_step_ms(to_ms(*found.next_step));
        for (std::size_t test = 0; test < domain::test_count; ++test) {
            if (found.counts[test] == 0) continue;
            auto* count = out.add_counts();
            count->set_test(std::string(domain::to_string(static_cast<domain::Test>(test))));
            count->set_agents(found.counts[test]);
        }
        for (const auto& verdict : found.agents) *out.add_agents() = to_proto(verdict, *config_);
        if (past_.last_offer) *out.mutable_last_offer() = std::move(*past_.last_offer);
        for (const auto& needed : found.required.skills) *out.add_required() = to_proto(needed);
        if (const auto* department = config_->department(routing.requirement.department))
            for (const auto& id : domain::relaxed(routing.requirement, *department, routing.step).departments) out.add_departments(id.value);
        place(snapshot, out);
        done_(std::move(out));
    }

    std::string addition(Timestamp now) const {
        if (record_.routing.status == ConversationStatus::active && past_.taken) return " It was taken " + domain::words_for(now - *past_.taken) + " ago.";
        if (!waits() || past_.overflow_from.empty()) return {};
        const auto* from = config_->department(past_.overflow_from);
        return " It came from " + (from ? from->name : past_.overflow_from.value) + ", which took nothing more.";
    }

    // The board lists only the first ones of each department.
    void place(const v1::QueueSnapshot& snapshot, v1::Explanation& out) const {
        for (const auto& department : snapshot.departments()) {
            if (department.id() != record_.routing.requirement.department.value) continue;
            for (int i = 0; i < department.first_size(); ++i) {
                if (department.first(i).conversation_id() != record_.routing.id.value) continue;
                out.mutable_place()->set_conversation_id(record_.routing.id.value);
                out.mutable_place()->set_position(static_cast<std::uint32_t>(i + 1));
                out.mutable_place()->set_waiting(department.waiting() + department.offered());
            }
        }
    }

    const ExplanationSources sources_;
    const domain::TenantConfigPtr config_;
    const ports::ConversationRecord record_;
    const Callback<v1::Explanation> done_;
    std::vector<AgentId> asked_;
    std::size_t next_ = 0;
    std::vector<domain::Agent> agents_;
    Past past_;
};

}  // namespace

void explain(const ExplanationSources& sources, domain::TenantConfigPtr config, ports::ConversationRecord record, Callback<v1::Explanation> done) {
    std::make_shared<Explaining>(sources, std::move(config), std::move(record), std::move(done))->load_agents();
}

std::string explanation_json(const v1::Explanation& explanation) {
    std::string text;
    // Fails only on what cannot be built: invalid UTF-8, which no stored name has.
    return google::protobuf::util::MessageToJsonString(explanation, &text).ok() ? text : "{}";
}

}  // namespace switchboard::app
