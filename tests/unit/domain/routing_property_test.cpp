// SPDX-License-Identifier: Apache-2.0
// Random histories: customers, agents, time, a store that refuses or loses requests, and facts that come late, twice or in
// another order. The oracle judges every single call.
#include "domain/routing_journal.hpp"
#include "unit/domain/router_oracle.hpp"
#include "unit/domain/simulated_store.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace switchboard::domain {

namespace {

using Numbers = std::vector<std::uint32_t>;

// Choices of a history, taken from one generated number.
class Dice {
public:
    explicit Dice(std::uint32_t number) : state_(number * 2654435761u + 1) {}
    std::uint32_t below(std::uint32_t limit) {
        state_ = state_ * 1664525u + 1013904223u;
        return (state_ >> 10) % limit;
    }
    bool one_in(std::uint32_t chances) { return below(chances) == 0; }
    template <class Map>
    typename Map::mapped_type* any_of(Map& map) {
        if (map.empty()) return nullptr;
        return &std::next(map.begin(), below(static_cast<std::uint32_t>(map.size())))->second;
    }

private:
    std::uint32_t state_;
};

struct Step {
    std::optional<Input> input;  // none: a tick
    Timestamp now;
};

class History {
public:
    explicit History(Dice dice) {
        for (QueueLimit& limit : limits_) {
            if (dice.one_in(2)) continue;
            limit.length = 2 + dice.below(4);
            limit.reopen_length = dice.below(limit.length);
        }
        configure(dice);
        for (int i = 0; i < 10; ++i) sign_in_or_out(dice);
    }

    void act(Dice dice) {
        switch (dice.below(14)) {
            case 0:
            case 1:
                start(dice);
                break;
            case 2:
            case 3:
                sign_in_or_out(dice);
                break;
            case 4:
                change_customer(dice);
                break;
            case 5:
            case 6:
            case 7:
                answer_or_end(dice);
                break;
            case 8:
                pass_time(Duration{dice.one_in(3) ? dice.below(20'000) : dice.below(500)});
                break;
            case 9:
                repeat_an_old_fact(dice);
                break;
            case 10:
                transfer(dice);
                break;
            default:
                one_in_a_while(dice);
                break;
        }
        move_along(dice);
    }

    void finish() {
        for (int round = 0; round < 50; ++round) {
            while (!requests_.empty()) carry_out(ClaimResult::Outcome::accepted, true);
            while (!answers_.empty()) answer();
            while (!store_.stream.empty()) deliver();
            pass_time(Duration{500});
        }
    }

    // By the first word of their text.
    void count(std::map<std::string, std::size_t>& kinds) const {
        for (const auto& [kind, times] : kinds_) kinds[kind] += times;
    }
    std::size_t decisions() const { return decisions_before_ + decisions_; }

    // The same inputs again give the same decisions, also when both have been written down.
    void check_determinism() const {
        std::istringstream lines(journal_);
        const auto repetition = repeat_journal(lines);
        if (!repetition) RC_FAIL(repetition.error().message);
        RC_ASSERT(repetition->line == 0u);
        RC_ASSERT(repetition->decisions == decisions_);
    }

    // Of every entity only the highest version counts, in whatever order the facts come.
    void check_any_order(Dice dice) const {
        std::vector<Step> shuffled = steps_;
        for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[dice.below(static_cast<std::uint32_t>(i))]);
        Router other;
        for (const Step& step : shuffled) {
            const bool ordered =
                !step.input || std::holds_alternative<ClaimResult>(*step.input) || std::holds_alternative<ConversationGone>(*step.input);
            if (!ordered) other.apply(*step.input, now_);
        }
        RC_ASSERT(other.conversation_ids().size() == router_.conversation_ids().size());
        for (const ConversationId& id : router_.conversation_ids()) {
            RC_ASSERT(other.conversation(id).has_value());
            RC_ASSERT(other.conversation(id)->version == router_.conversation(id)->version);
            RC_ASSERT(other.place(id).has_value() == router_.place(id).has_value());
            if (router_.place(id)) RC_ASSERT(other.place(id)->position == router_.place(id)->position);
        }
        for (const AgentId& id : router_.agent_ids()) RC_ASSERT(other.agent(id)->version == router_.agent(id)->version);
    }

private:
    void feed(const Input& input) {
        steps_.push_back({input, now_});
        const std::vector<Decision> decisions = router_.apply(input, now_);
        record(&input, decisions);
        oracle_.apply(input, now_, decisions, router_);
    }
    void tick() {
        steps_.push_back({std::nullopt, now_});
        const std::vector<Decision> decisions = router_.tick(now_);
        record(nullptr, decisions);
        oracle_.tick(now_, decisions, router_);
    }
    void record(const Input* input, const std::vector<Decision>& decisions) {
        journal_ += journal_line(input, now_, decisions) + '\n';
        decisions_ += decisions.size();
        for (const Decision& decision : decisions) {
            const std::string text = to_text(decision);
            ++kinds_[text.substr(0, text.find(' '))];
            requests_.push_back(decision);
        }
    }

    static RoutingStep step(Dice& dice, Duration after) {
        RoutingStep made{after, {}, {}};
        if (dice.one_in(2)) made.levels.push_back({dice.one_in(3) ? "*" : "s" + std::to_string(dice.below(3)), static_cast<int>(dice.below(3))});
        if (made.levels.empty() || dice.one_in(3)) made.departments.emplace_back("d" + std::to_string(dice.below(3)));
        return made;
    }

    static void settle(Department& department, Dice& dice) {
        constexpr std::array strategies{Strategy::longest_idle, Strategy::least_loaded, Strategy::round_robin, Strategy::most_skilled};
        department.strategy = strategies[dice.below(4)];
        department.mode = dice.one_in(8) ? QueueMode::pull : QueueMode::push;
        department.bot_first = dice.one_in(4);
        department.offer_timeout = Duration{3000 + dice.below(10'000)};
        department.decline_cooldown = Duration{dice.below(15'000)};
        department.agent_grace = Duration{1000 + dice.below(30'000)};
        department.abandon_after = Duration{1000 + dice.below(30'000)};
        department.misses_until_away = dice.below(4);
        Duration after{dice.below(5000)};
        for (std::uint32_t steps = dice.below(4); steps > 0; --steps) {
            department.steps.push_back(step(dice, after));
            after += Duration{1 + dice.below(10'000)};
        }
    }

    void configure(Dice& dice) {
        auto config = std::make_shared<TenantConfig>();
        config->id = TenantId{"t"};
        config->name = "T";
        config->version = ++config_version_;
        for (int i = 0; i < 3; ++i) {
            Department department;
            department.id = DepartmentId{"d" + std::to_string(i)};
            department.name = department.id.value;
            settle(department, dice);
            department.limit = limits_[static_cast<std::size_t>(i)];
            // As configurations must be: without cycles.
            for (int to = i + 1; to < 3; ++to)
                if (dice.one_in(2)) department.overflow.emplace_back("d" + std::to_string(to));
            config->departments.push_back(department);
        }
        for (int i = 0; i < 5; ++i) {
            if (dice.one_in(8)) continue;  // an agent without a profile
            AgentProfile profile;
            profile.id = AgentId{"a" + std::to_string(i)};
            profile.name = profile.login = profile.id.value;
            profile.capacity = dice.below(8);
            if (i == 4) profile.role = Role::bot;
            for (const char* department : {"d0", "d1", "d2"})
                if (dice.below(3) > 0) profile.departments.emplace_back(department);
            for (const char* skill : {"s0", "s1", "s2"})
                if (dice.below(3) > 0) profile.skills[skill] = static_cast<int>(1 + dice.below(5));
            config->agents.push_back(profile);
        }
        config->build_index();
        config_ = config;
        feed(ConfigChanged{config});
    }

    Requirement requirement(Dice& dice) {
        Requirement made{DepartmentId{"d" + std::to_string(dice.below(3))}, {}};
        for (const char* skill : {"s0", "s1", "s2"})
            if (dice.one_in(3)) made.skills.push_back({skill, static_cast<int>(1 + dice.below(3))});
        for (const char* skill : {"s2", "s1"})
            if (dice.one_in(5)) made.preferred.push_back({skill, static_cast<int>(1 + dice.below(4))});
        return made;
    }

    void start(Dice& dice) {
        if (store_.conversations.size() - closed_ >= 14) return;
        const ConversationId id{"c" + std::to_string(store_.conversations.size())};
        Requirement wanted = requirement(dice);
        wanted.bots = dice.one_in(5);
        const Place arrival = now_ - Duration{dice.one_in(4) ? dice.below(8000) : 0} + std::chrono::microseconds(dice.below(3));
        store_.start(id, wanted, 1 + dice.below(5) / 4, arrival, dice.one_in(9));
    }

    void sign_in_or_out(Dice& dice) {
        const AgentId id{"a" + std::to_string(dice.below(5))};
        Agent& agent = store_.agents[id];
        agent.id = id;
        if (dice.below(6) > 0 || agent.version == 0) {
            if (!agent.online() || agent.version == 0) agent.idle_since = now_;
            agent.choice = AgentChoice::available;
            agent.offline_since.reset();
        } else if (dice.one_in(2)) {
            agent.choice = AgentChoice::away;
        } else if (agent.online()) {
            agent.offline_since = now_;
        }
        store_.changed(agent);
    }

    void change_customer(Dice& dice) {
        Conversation* conversation = dice.any_of(store_.conversations);
        if (!conversation || conversation->status == ConversationStatus::closed) return;
        if (dice.one_in(5))
            conversation->arrival -= Duration{dice.below(3000)};  // its priority was raised
        else if (dice.one_in(9))
            conversation->urgent = !conversation->urgent;
        else if (conversation->customer_absent_since)
            conversation->customer_absent_since.reset();
        else
            conversation->customer_absent_since = now_;
        store_.changed(*conversation);
    }

    void answer_or_end(Dice& dice) {
        Conversation* conversation = dice.any_of(store_.conversations);
        if (!conversation) return;
        if (conversation->status == ConversationStatus::offered) {
            if (dice.one_in(2)) return store_.accept(*conversation, now_);
            if (dice.one_in(2)) conversation->cooldowns.push_back({conversation->agent, now_ + Duration{1000 + dice.below(9000)}});
            conversation->requirement.agent = {};
            store_.release(*conversation, ConversationStatus::queued, now_);
        } else if (conversation->status == ConversationStatus::queued && dice.one_in(6)) {
            close(*conversation);  // picked and done, or left by its customer
        } else if (conversation->status == ConversationStatus::active && dice.one_in(2)) {
            conversation->status = ConversationStatus::wrap_up;
            conversation->deadline = dice.one_in(3) ? Timestamp{} : now_ + Duration{1000 + dice.below(9000)};
            store_.changed(*conversation);
        } else if (conversation->status == ConversationStatus::active || conversation->status == ConversationStatus::wrap_up) {
            close(*conversation);
        }
    }
    void close(Conversation& conversation) {
        store_.release(conversation, ConversationStatus::closed, now_);
        ++closed_;
    }

    void transfer(Dice& dice) {
        Conversation* conversation = dice.any_of(store_.conversations);
        if (!conversation || conversation->status != ConversationStatus::active) return;
        conversation->requirement = requirement(dice);
        const bool to_one = dice.one_in(2);
        if (to_one) conversation->requirement.agent = AgentId{"a" + std::to_string(dice.below(6))};
        store_.release(*conversation, ConversationStatus::queued, now_, to_one ? now_ + Duration{1000 + dice.below(9000)} : Timestamp{});
    }

    void one_in_a_while(Dice& dice) {
        if (dice.one_in(4)) return configure(dice);
        if (dice.one_in(20)) return rebuild();
        if (!dice.one_in(6)) return;
        // The reconciler finds one in memory that the store does not have, and then the store's state of it again.
        const std::vector<ConversationId> ids = router_.conversation_ids();
        if (ids.empty()) return;
        const ConversationId id = *std::min_element(ids.begin(), ids.end());
        const Conversation held = *router_.conversation(id);
        feed(ConversationGone{id});
        feed(held);
    }

    // The router dies with everything that was on its way; the next one knows what the store knows.
    void rebuild() {
        check_determinism();
        journal_.clear();
        decisions_before_ += std::exchange(decisions_, 0);
        steps_.clear();
        requests_.clear();
        answers_.clear();
        store_.stream.clear();
        router_ = Router();
        oracle_ = RouterOracle();
        feed(ConfigChanged{config_});
        const auto agents = store_.agents;
        for (const auto& [id, agent] : agents) feed(agent);
        const auto conversations = store_.conversations;
        for (const auto& [id, conversation] : conversations)
            if (conversation.status != ConversationStatus::closed) feed(conversation);
        ++kinds_["rebuild"];
    }

    void repeat_an_old_fact(Dice& dice) {
        if (steps_.empty()) return;
        const Step& step = steps_[dice.below(static_cast<std::uint32_t>(steps_.size()))];
        const bool entity = step.input && (std::holds_alternative<Conversation>(*step.input) || std::holds_alternative<Agent>(*step.input));
        if (entity) feed(Input(*step.input));
    }

    void pass_time(Duration time) {
        const Timestamp end = now_ + time;
        for (auto next = router_.next_deadline(); next && *next <= end; next = router_.next_deadline()) {
            now_ = std::max(now_, *next);
            tick();
        }
        now_ = end;
        tick();
    }

    // Requests, answers and the stream proceed by themselves, each at its own pace.
    void move_along(Dice& dice) {
        const bool quick = dice.below(4) > 0;
        for (int i = 0; i < 24; ++i) {
            const auto turn = dice.below(3);
            if (!quick && dice.one_in(3)) break;
            if (turn == 0 && !requests_.empty()) {
                const bool lost = dice.one_in(12);
                const bool reached = !lost || dice.one_in(2);
                carry_out(lost ? ClaimResult::Outcome::unknown : ClaimResult::Outcome::accepted, reached && !dice.one_in(12));
            } else if (turn == 1 && !answers_.empty()) {
                answer();
            } else if (!store_.stream.empty()) {
                deliver();
            }
        }
    }

    void carry_out(ClaimResult::Outcome outcome, bool reached) {
        const Decision decision = requests_.front();
        requests_.pop_front();
        const bool done = reached && store_.carry_out(decision, now_);
        if (const auto* offer = std::get_if<MakeOffer>(&decision)) {
            if (!done && outcome == ClaimResult::Outcome::accepted) outcome = ClaimResult::Outcome::refused;
            answers_.push_back({offer->conversation, offer->agent, outcome});
        } else if (done && (std::holds_alternative<Abandon>(decision) || std::holds_alternative<EndWrapUp>(decision) ||
                            std::holds_alternative<TurnAway>(decision))) {
            ++closed_;
        }
    }
    void answer() {
        const ClaimResult result = answers_.front();
        answers_.pop_front();
        feed(result);
    }
    void deliver() {
        const Input input = store_.stream.front();
        store_.stream.pop_front();
        feed(input);
    }

    Router router_;
    RouterOracle oracle_;
    SimulatedStore store_;
    Timestamp now_ = from_ms(10'000'000);
    std::uint64_t config_version_ = 0;
    std::array<QueueLimit, 3> limits_;
    std::size_t closed_ = 0;
    std::deque<Decision> requests_;
    std::deque<ClaimResult> answers_;
    std::vector<Step> steps_;
    std::string journal_;
    std::size_t decisions_ = 0;         // of this journal
    std::size_t decisions_before_ = 0;  // of earlier routers
    TenantConfigPtr config_;
    std::map<std::string, std::size_t> kinds_;
};

std::size_t decisions_judged = 0;

// With --long a thousand times a thousand.
std::size_t decisions_wanted() {
    const char* long_tests = std::getenv("SWITCHBOARD_LONG_TESTS");
    return long_tests && *long_tests == '1' ? 1'000'000 : 20'000;
}

}  // namespace

TEST_SUITE("routing properties") {
    TEST_CASE("every promise holds in random histories") {
        std::map<std::string, std::size_t> kinds;
        decisions_judged = 0;
        const std::size_t wanted = decisions_wanted();
        while (decisions_judged < wanted) {
            const std::size_t before = decisions_judged;
            REQUIRE(rc::check("the oracle agrees with the router", [&kinds] {
                const auto number = rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 1u << 30));
                const auto length = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(50, 1000));
                const Numbers numbers = *rc::gen::container<Numbers>(length, number);
                const auto seed = *number;
                History history{Dice(seed)};
                for (const std::uint32_t each : numbers) history.act(Dice(each));
                history.finish();
                history.check_determinism();
                history.check_any_order(Dice(seed));
                decisions_judged += history.decisions();
                history.count(kinds);
            }));
            REQUIRE(decisions_judged > before);
        }
        MESSAGE("decisions judged: " << decisions_judged);
        for (const char* kind : {"offer", "end", "abandon", "requeue", "finish", "widen", "move", "turn", "rebuild"}) {
            MESSAGE(std::string(kind) << ": " << kinds[kind]);
            CHECK(kinds[kind] >= 50);
        }
    }
}

}  // namespace switchboard::domain
