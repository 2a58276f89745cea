// SPDX-License-Identifier: Apache-2.0
// Several connections at once, answers in any order: what the scripts promise holds at the end and whenever one looks.
#include "checks.hpp"

#include "redis/redis_conversation_store.hpp"
#include "redis/redis_routing_store.hpp"
#include "support/run_until.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <set>

using namespace switchboard;
using namespace switchboard::test;

namespace {

constexpr int agents = 3, conversations = 8;
constexpr unsigned capacity = 2;
const TenantId tenant("t1");

ports::EventDraft event(ports::Audience audience = ports::Audience::all) {
    v1::Event made;
    made.mutable_message()->set_text("x");
    return {audience, random_u64(), made.SerializeAsString()};
}

// One shard's stores on a connection of its own.
struct Shard {
    explicit Shard(asio::io_context& loop)
        : connection(loop.get_executor(), metrics, options()), caller(connection), conversations(loop.get_executor(), caller),
          routing(loop.get_executor(), caller, clock, [] { return nullptr; }) {}

    static redis::ConnectionOptions options() {
        redis::ConnectionOptions made;
        made.link.address = redis::parse_redis_url(shared_redis().url()).value();
        return made;
    }

    Metrics metrics;
    RedisClock clock;
    redis::Connection connection;
    redis::Caller caller;
    redis::RedisConversationStore conversations;
    redis::RedisRoutingStore routing;
};

ConversationId conversation(int i) { return ConversationId("c" + std::to_string(i)); }
AgentId agent(int i) { return AgentId("agent" + std::to_string(i)); }

// Does random things to random conversations, several at a time, believing whatever it read last.
class Hammer {
public:
    Hammer(Shard& shard, unsigned seed, int steps) : shard_(shard), random_(seed), left_(steps) {
        for (int i = 0; i < 4; ++i) step();
    }
    bool done() const { return running_ == 0; }
    int effects() const { return effects_; }

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

    void step() {
        if (left_-- <= 0) return;
        ++running_;
        const ConversationId id = conversation(pick(conversations));
        shard_.conversations.load(tenant, id, [this, id](Result<ports::ConversationRecord> record) {
            REQUIRE(record);
            act(id, record->routing);
        });
    }
    template <class T>
    std::function<void(Result<T>)> finished() {
        return [this](Result<T> result) {
            if constexpr (std::is_same_v<T, bool>)
                effects_ += result && *result;
            else
                effects_ += result.has_value();
            --running_;
            step();
        };
    }

    void act(const ConversationId& id, const domain::Conversation& seen) {
        const int choice = pick(10);
        if (choice < 4) {
            const AgentId whom = agent(pick(agents));
            ports::OfferRequest request{id, seen.version, whom, capacity, OfferId(random_id()), from_ms(2'000'000'000'000), event(ports::Audience::staff)};
            return shard_.routing.make_offer(tenant, {1, {}}, std::move(request), finished<bool>());
        }
        const ports::OfferAnswer answer{id, seen.offer, seen.agent};
        if (choice < 6)
            return shard_.routing.accept_offer(tenant, answer, event(ports::Audience::staff), event(), finished<ports::ConversationRecord>());
        if (choice < 7)
            return shard_.routing.end_offer(tenant, {pick(2) ? 1u : 0u, {}}, answer, domain::OfferOutcome::declined, Duration{0}, false,
                                            event(ports::Audience::staff), finished<bool>());
        if (choice < 9) {
            ports::TransferRequest request{id, seen.agent, seen.assign_epoch, {DepartmentId("d"), {}}, 1u + static_cast<unsigned>(pick(2)), "topic",
                                           Duration{0}, Duration{0}, {event(ports::Audience::staff), event()}};
            return shard_.routing.transfer(tenant, std::move(request), finished<void>());
        }
        if (pick(20) > 0) {
            --running_;
            return step();
        }
        ports::CloseRequest request{id, seen.agent, seen.assign_epoch, domain::ClosedReason::resolved, "", {event()}};
        shard_.routing.close(tenant, std::move(request), finished<void>());
    }

    Shard& shard_;
    std::minstd_rand random_;
    int left_;
    int running_ = 0;
    int effects_ = 0;
};

unsigned units_held(World& w, int i, std::set<std::string>& somewhere) {
    unsigned units = 0;
    for (const std::string& id : w.held(agent(i).value)) {
        CHECK_MESSAGE(somewhere.insert(id).second, "held twice: ", id);
        CHECK(w.field(id, "agent") == agent(i).value);
        CHECK((w.field(id, "status") == "offered" || w.field(id, "status") == "active"));
        units += static_cast<unsigned>(std::stoul(w.field(id, "weight")));
    }
    return units;
}

}  // namespace

TEST_CASE("offers, accepts, declines, transfers and closes from two connections at once") {
    World w;
    for (int i = 0; i < agents; ++i) w.ready(agent(i).value);
    for (int i = 0; i < conversations; ++i) w.start(conversation(i).value, "v" + std::to_string(i));
    asio::io_context loop{1};
    Shard left(loop), right(loop);
    Hammer one(left, 1, 1500), two(right, 2, 1500);
    REQUIRE(run_until(loop, [&] { return one.done() && two.done(); }, std::chrono::seconds(60)));
    CHECK(one.effects() > 50);
    CHECK(two.effects() > 50);

    std::set<std::string> somewhere;
    for (int i = 0; i < agents; ++i) {
        const unsigned units = units_held(w, i, somewhere);
        CHECK(w.agent_field(agent(i).value, "load") == std::to_string(units));
        CHECK(units <= capacity);
    }
    for (int i = 0; i < conversations; ++i) {
        const std::string id = conversation(i).value, status = w.field(id, "status");
        CHECK(somewhere.contains(id) == (status == "offered" || status == "active"));
        CHECK(w.holds(w.key.live(), id) == (status != "closed"));
        std::uint64_t seq = 0;
        for (const v1::Event& entry : w.log(id)) CHECK(entry.seq() == ++seq);
        CHECK(w.field(id, "seq") == std::to_string(seq));
    }
    check_stream(w);
    for (const Hash& entry : w.all_routed())
        if (entry.at("t") == "a") {
            CHECK(std::stoi(entry.at("load")) >= 0);
            CHECK(std::stoi(entry.at("load")) <= static_cast<int>(capacity));
        }
}

TEST_CASE("appends to one conversation from four connections: seq without holes, every number once") {
    World w;
    w.start("c0");
    asio::io_context loop{1};
    std::vector<std::unique_ptr<Shard>> shards;
    constexpr std::uint32_t each = 300;
    std::set<std::uint64_t> seqs;
    int answered = 0, repeated = 0;
    for (unsigned s = 0; s < 4; ++s) {
        Shard& shard = *shards.emplace_back(std::make_unique<Shard>(loop));
        for (std::uint32_t number = 1; number <= each; ++number)
            for (int copy = 0; copy < (number % 10 == 0 ? 2 : 1); ++copy) {
                ports::AppendMessage message{conversation(0), domain::Role::customer, "v1", 0, 100 + s, number, number, event()};
                shard.conversations.append(tenant, std::move(message), [&](Result<ports::AppendedMessage> result) {
                    REQUIRE(result);
                    ++answered;
                    repeated += result->repeated;
                    seqs.insert(result->seq);
                });
            }
    }
    constexpr int expected = 4 * (each + each / 10);
    REQUIRE(run_until(loop, [&] { return answered == expected; }, std::chrono::seconds(60)));
    CHECK(repeated == 4 * each / 10);
    CHECK(seqs.size() == 4 * each);
    CHECK(*seqs.begin() == 3);
    CHECK(*seqs.rbegin() == 4 * each + 2);
    std::uint64_t seq = 0;
    for (const v1::Event& entry : w.log("c0")) CHECK(entry.seq() == ++seq);
    CHECK(seq == 4 * each + 2);
}
