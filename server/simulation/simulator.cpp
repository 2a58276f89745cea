// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulator.hpp"

#include "simulation/virtual_store.hpp"

#include <algorithm>
#include <cstdio>
#include <queue>

namespace switchboard::simulation {

namespace {

using namespace domain;

// What happens at the same moment happens in this order: whoever becomes free serves before anybody else arrives, and a customer
// who is answered in the second in which the patience ends has been answered.
enum class Kind : std::uint8_t { talk_ends, wrap_up_ends, shift_begins, arrives, answers, shift_ends, patience_ends };

struct Event {
    Timestamp at;
    Kind kind = Kind::arrives;
    std::uint64_t number = 0;  // in the order in which they were foreseen
    std::size_t subject = 0;   // arrival or shift
    std::uint64_t version = 0; // of the offer or assignment that it belongs to

    auto order() const { return std::tie(at, kind, number); }
    bool operator>(const Event& other) const { return order() > other.order(); }
};

struct Talk {
    std::optional<Timestamp> held_since;
    bool answered = false;
};

struct Seat {
    unsigned shifts = 0;  // that it is in
    unsigned load = 0;
    unsigned capacity = 0;
    bool online = false;
    Timestamp since{};
};

// In the order of arrival, because ties end in the id.
ConversationId id_of(std::size_t arrival) {
    char text[24];
    std::snprintf(text, sizeof text, "%09zu", arrival);
    return ConversationId{text};
}

std::size_t arrival_of(const ConversationId& id) {
    return std::stoull(id.value);
}

class Simulation {
public:
    Simulation(const TenantConfigPtr& config, const Workload& work, const Behaviour& behaviour, Observer& observer)
        : config_(config), work_(work), behaviour_(behaviour), observer_(observer), talks_(work.arrivals.size()) {
        result_.outcomes.resize(work.arrivals.size());
    }

    RunResult run() {
        if (!work_.arrivals.empty()) now_ = work_.arrivals.front().at;
        for (std::size_t i = 0; i < work_.shifts.size(); ++i) {
            now_ = std::min(now_, work_.shifts[i].from);
            foresee(work_.shifts[i].from, Kind::shift_begins, i);
            foresee(work_.shifts[i].to, Kind::shift_ends, i);
        }
        if (!work_.arrivals.empty()) foresee(work_.arrivals.front().at, Kind::arrives, 0);
        feed(ConfigChanged{config_});
        while (!events_.empty()) step();
        finish();
        return std::move(result_);
    }

private:
    void step() {
        std::optional<Timestamp> due = router_.next_deadline();
        if (due && ticked_ && *due <= *ticked_) due = *ticked_ + Duration{1};
        if (due && *due <= events_.top().at) {
            now_ = std::max(now_, *due);
            ticked_ = now_;
            decide(router_.tick(now_));
            return settle();
        }
        const Event event = events_.top();
        events_.pop();
        now_ = std::max(now_, event.at);
        happen(event);
    }

    void foresee(Timestamp at, Kind kind, std::size_t subject, std::uint64_t version = 0) {
        events_.push({at, kind, foreseen_++, subject, version});
    }

    void happen(const Event& event) {
        switch (event.kind) {
            case Kind::arrives:
                return arrive(event.subject);
            case Kind::shift_begins:
                begin_shift(work_.shifts[event.subject]);
                break;
            case Kind::shift_ends:
                end_shift(work_.shifts[event.subject]);
                break;
            case Kind::answers:
                if (is_at(event)) store_.accept(id_of(event.subject), now_);
                break;
            case Kind::talk_ends:
                if (is_at(event)) end_talk(event.subject);
                break;
            case Kind::wrap_up_ends:
                if (is_at(event)) store_.close(id_of(event.subject), now_);
                break;
            case Kind::patience_ends:
                if (!talks_[event.subject].answered) store_.leave(id_of(event.subject), now_);
                break;
        }
        settle();
    }

    // Nothing has happened to the conversation since the event was foreseen.
    bool is_at(const Event& event) const {
        const Conversation* conversation = store_.conversation(id_of(event.subject));
        return conversation && conversation->version == event.version;
    }

    void arrive(std::size_t index) {
        const Arrival& arrival = work_.arrivals[index];
        if (index + 1 < work_.arrivals.size()) foresee(work_.arrivals[index + 1].at, Kind::arrives, index + 1);
        result_.outcomes[index].group = arrival.group;
        if (index % 1024 == 0) observer_.progress(index, work_.arrivals.size());
        Conversation conversation;
        conversation.id = id_of(index);
        conversation.requirement = arrival.requirement;
        conversation.enqueued = now_;
        conversation.arrival = now_ - arrival.boost;
        conversation.urgent = arrival.urgent;
        const Department* department = taker(arrival.requirement.department);
        if (!department) {
            result_.outcomes[index].end = End::turned_away;
            return observer_.left(router_, conversation, Duration{0}, now_);
        }
        if (department->id != arrival.requirement.department) conversation.requirement = Requirement{department->id, {}, {}, {}, false};
        conversation.weight = department->conversation_weight;
        if (arrival.patience) foresee(now_ + *arrival.patience, Kind::patience_ends, index);
        store_.start(conversation);
        settle();
        observer_.arrived(router_, conversation, now_);
    }

    // The department that was asked for; one that takes nothing now: the nearest that stands in for it, without its skills.
    const Department* taker(const DepartmentId& wanted) const {
        std::vector<DepartmentId> asked{wanted};
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const Department* one = config_->department(asked[i]);
            if (!one) continue;
            if (one->open && !router_.full(one->id, now_) && (one->hours.always() || hours_at(one->hours, now_).taking)) return one;
            for (const DepartmentId& next : one->overflow)
                if (std::find(asked.begin(), asked.end(), next) == asked.end()) asked.push_back(next);
        }
        return nullptr;
    }

    void begin_shift(const Shift& shift) {
        Seat& seat = seats_[shift.agent];
        const AgentProfile* profile = config_->agent(shift.agent);
        if (++seat.shifts > 1 || !profile) return;
        seat.capacity = profile->capacity;
        store_.sign_in(shift.agent, now_);
    }

    void end_shift(const Shift& shift) {
        if (--seats_[shift.agent].shifts == 0 && store_.agent(shift.agent)) store_.go_away(shift.agent);
    }

    void end_talk(std::size_t index) {
        const Conversation& conversation = *store_.conversation(id_of(index));
        const Department* department = config_->department(conversation.requirement.department);
        if (behaviour_.wrap_up == Duration{0} || !department || department->wrap_up == WrapUpMode::none) {
            store_.close(conversation.id, now_);
            return;
        }
        const bool endless = department->wrap_up == WrapUpMode::mandatory;
        store_.begin_wrap_up(conversation.id, endless ? Timestamp{} : now_ + department->wrap_up_time, now_);
        foresee(now_ + behaviour_.wrap_up, Kind::wrap_up_ends, index, conversation.version);
    }

    // ---- between store and router

    void settle() {
        while (!store_.stream.empty()) {
            const Input input = std::move(store_.stream.front());
            store_.stream.pop_front();
            feed(input);
        }
    }

    void feed(const Input& input) {
        observer_.fact(input, now_);
        std::vector<Decision> decisions = router_.apply(input, now_);
        if (const auto* conversation = std::get_if<Conversation>(&input)) learn(*conversation);
        if (const auto* agent = std::get_if<Agent>(&input)) learn(*agent);
        decide(std::move(decisions));
    }

    void decide(std::vector<Decision> decisions) {
        for (const Decision& decision : decisions) {
            const bool done = store_.carry_out(decision, now_);
            if (!done) ++result_.refused;
            if (const auto* offer = std::get_if<MakeOffer>(&decision)) {
                using enum ClaimResult::Outcome;
                if (done) ++result_.offers;
                feed(ClaimResult{offer->conversation, offer->agent, done ? accepted : refused});
            }
            // Both sides of a simulated talk write all the time.
            if (const auto* check = std::get_if<CheckActivity>(&decision))
                feed(Activity{check->conversation, check->assign_epoch, 0, now_, now_, std::nullopt});
        }
    }

    // ---- what follows for people, and for the books

    void learn(const Conversation& conversation) {
        const std::size_t index = arrival_of(conversation.id);
        Talk& talk = talks_[index];
        hold(talk, conversation, index);
        if (conversation.status == ConversationStatus::offered)
            foresee(now_ + behaviour_.answer_delay, Kind::answers, index, conversation.version);
        if (conversation.status == ConversationStatus::active) {
            foresee(now_ + work_.arrivals[index].service, Kind::talk_ends, index, conversation.version);
            if (!talk.answered) leave_queue(index, End::answered, conversation);
            talk.answered = true;
        }
        if (conversation.status == ConversationStatus::closed && !talk.answered) {
            const bool abandoned = conversation.closed_reason == ClosedReason::abandoned;
            leave_queue(index, abandoned ? End::abandoned : End::turned_away, conversation);
        }
    }

    void leave_queue(std::size_t index, End end, const Conversation& conversation) {
        Outcome& outcome = result_.outcomes[index];
        outcome.end = end;
        outcome.wait = now_ - work_.arrivals[index].at;
        if (end == End::answered)
            observer_.answered(router_, conversation, outcome.wait, now_);
        else
            observer_.left(router_, conversation, outcome.wait, now_);
    }

    void hold(Talk& talk, const Conversation& conversation, std::size_t index) {
        const bool held = conversation.status == ConversationStatus::offered || conversation.status == ConversationStatus::active ||
                          conversation.status == ConversationStatus::wrap_up;
        if (held && !talk.held_since) talk.held_since = now_;
        if (held || !talk.held_since) return;
        result_.outcomes[index].held += (now_ - *talk.held_since) * conversation.weight;
        talk.held_since.reset();
    }

    void learn(const Agent& agent) {
        Seat& seat = seats_[agent.id];
        account(agent.id, seat);
        seat.load = agent.load;
        seat.online = agent.online();
        if (seat.shifts == 0 && agent.load == 0 && agent.online() && store_.agent(agent.id)->version == agent.version)
            store_.sign_out(agent.id, now_);
    }

    void account(const AgentId& id, Seat& seat) {
        AgentUse& use = result_.agents[id];
        const Duration passed = now_ - seat.since;
        if (seat.online) use.capacity += passed * seat.capacity;
        use.held += passed * seat.load;
        seat.since = now_;
    }

    void finish() {
        for (auto& [id, seat] : seats_) account(id, seat);
        for (std::size_t i = 0; i < talks_.size(); ++i) {
            Outcome& outcome = result_.outcomes[i];
            if (outcome.end == End::unanswered) outcome.wait = now_ - work_.arrivals[i].at;
        }
        observer_.progress(talks_.size(), talks_.size());
    }

    const TenantConfigPtr& config_;
    const Workload& work_;
    const Behaviour behaviour_;
    Observer& observer_;

    Router router_;
    VirtualStore store_;
    Timestamp now_{};
    std::optional<Timestamp> ticked_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t foreseen_ = 0;
    std::vector<Talk> talks_;
    std::map<AgentId, Seat> seats_;
    RunResult result_;
};

}  // namespace

std::string obstacle(const TenantConfig& config, const Behaviour& behaviour) {
    for (const Department& department : config.departments) {
        if (department.mode == QueueMode::pull)
            return "department " + department.id.value + " is in pull mode: agents pick there, and the router decides nothing";
        if (behaviour.answer_delay >= department.offer_timeout)
            return "the answer delay is not shorter than the offer timeout of department " + department.id.value + ": nothing would be answered";
    }
    return {};
}

RunResult simulate(const TenantConfigPtr& config, const Workload& work, const Behaviour& behaviour, Observer* observer) {
    Observer nobody;
    return Simulation(config, work, behaviour, observer ? *observer : nobody).run();
}

}  // namespace switchboard::simulation
