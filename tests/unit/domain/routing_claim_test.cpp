// SPDX-License-Identifier: Apache-2.0
// Facts that arrive late, twice or not at all, and offers whose outcome is open.
#include "unit/domain/router_bench.hpp"

namespace switchboard::domain {

namespace {

struct ClaimBench : RouterBench {
    explicit ClaimBench(unsigned capacity = 1) {
        department("sales");
        profile("anna", "sales", {}, capacity);
        configure();
        sign_in("anna");
    }
};

using Outcome = ClaimResult::Outcome;

}  // namespace

TEST_SUITE("routing claims") {
    TEST_CASE("an unanswered offer reserves the room and is not made again") {
        ClaimBench bench;
        bench.start("c1", "sales");
        REQUIRE(bench.offers() == "c1>anna");
        bench.start("c2", "sales");
        CHECK(bench.decided.empty());
        bench.after(1h);
        CHECK(bench.decided.empty());
        bench.tell(bench.conversation("c1"));  // the customer did something; the question is still open
        CHECK(bench.offers() == "c2>anna");    // but at that version the store will refuse the first claim
    }

    TEST_CASE("refused: both sides rest until a newer entity or for 200 ms") {
        ClaimBench bench(2);
        bench.start("c1", "sales");
        const auto offer = bench.only<MakeOffer>();
        bench.answer(offer, Outcome::refused);
        CHECK(bench.decided.empty());
        bench.start("c2", "sales");
        CHECK(bench.decided.empty());
        CHECK(bench.router.next_deadline() == bench.now + 200ms);
        SUBCASE("nothing newer comes") {
            bench.after(199ms);
            CHECK(bench.decided.empty());
            bench.after(1ms);
            CHECK(bench.offers() == "c1>anna c2>anna");
        }
        SUBCASE("a newer agent") {
            bench.tell(bench.agent("anna"));
            CHECK(bench.offers() == "c1>anna c2>anna");
        }
        SUBCASE("a newer conversation") {
            bench.tell(bench.conversation("c1"));
            CHECK(bench.offers() == "c1>anna c2>anna");
        }
        SUBCASE("the conversation is gone") {
            bench.decided = bench.router.apply(ConversationGone{ConversationId{"c1"}}, bench.now);
            CHECK(bench.offers() == "c2>anna");
        }
    }

    TEST_CASE("refused after the newer entity was seen: tried again at once") {
        ClaimBench bench;
        bench.start("c1", "sales");
        const auto offer = bench.only<MakeOffer>();
        SUBCASE("agent") {
            bench.tell(bench.agent("anna"));
        }
        SUBCASE("conversation") {
            bench.tell(bench.conversation("c1"));
        }
        CHECK(bench.decided.empty());
        bench.answer(offer, Outcome::refused);
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("unknown: tried again after a second, other agents' and other rooms' work goes on") {
        ClaimBench bench(2);
        bench.start("c1", "sales");
        const auto offer = bench.only<MakeOffer>();
        bench.answer(offer, Outcome::unknown);
        CHECK(bench.decided.empty());
        bench.start("c2", "sales");
        CHECK(bench.offers() == "c2>anna");
        bench.start("c3", "sales");
        CHECK(bench.decided.empty());  // the room of c1 stays reserved
        bench.tell(bench.agent("anna"));
        CHECK(bench.decided.empty());
        bench.after(999ms);
        CHECK(bench.decided.empty());
        bench.after(1ms);
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("accepted: waits for the entities, for two seconds") {
        ClaimBench bench;
        bench.start("c1", "sales");
        bench.answer(bench.only<MakeOffer>(), Outcome::accepted);
        CHECK(bench.decided.empty());
        bench.after(1999ms);
        CHECK(bench.decided.empty());
        bench.after(1ms);
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("the room is counted once, in whatever order answer and entities come") {
        for (const std::string order : {"cax", "acx", "xca", "xac", "cxa", "axc"}) {
            CAPTURE(order);
            ClaimBench bench(2);
            bench.start("c1", "sales");
            const auto offer = bench.only<MakeOffer>();
            Conversation& c1 = bench.conversation("c1");
            for (const char step : order) {
                if (step == 'c') {
                    c1.status = ConversationStatus::offered;
                    c1.agent = offer.agent;
                    bench.tell(c1);
                } else if (step == 'a') {
                    bench.agent("anna").load = 1;
                    bench.tell(bench.agent("anna"));
                } else {
                    bench.answer(offer, Outcome::accepted);
                }
                CHECK(bench.decided.empty());
            }
            bench.start("c2", "sales");
            CHECK(bench.offers() == "c2>anna");
            bench.start("c3", "sales");
            CHECK(bench.decided.empty());
        }
    }

    TEST_CASE("an answer that nobody waits for changes nothing") {
        ClaimBench bench;
        bench.start("c1", "sales");
        const auto offer = bench.only<MakeOffer>();
        bench.answer({ConversationId{"c9"}, AgentId{"anna"}}, Outcome::refused);
        bench.answer({offer.conversation, AgentId{"bob"}}, Outcome::refused);
        bench.store_offer(offer);
        bench.answer(offer, Outcome::refused);
        CHECK(bench.decided.empty());
        bench.release("c1", ConversationStatus::queued);
        CHECK(bench.offers() == "c1>anna");
    }

    TEST_CASE("an entity with a lower or equal version is ignored") {
        ClaimBench bench;
        bench.start("c1", "sales");
        const Conversation queued = bench.conversation("c1");
        bench.store_offer(bench.only<MakeOffer>());
        CHECK(bench.router.apply(queued, bench.now).empty());
        CHECK(bench.router.conversation(queued.id)->status == ConversationStatus::offered);
        Agent stale = bench.agent("anna");
        stale.load = 0;
        CHECK(bench.router.apply(stale, bench.now).empty());
        bench.start("c2", "sales");
        CHECK(bench.decided.empty());
    }

    TEST_CASE("a closed conversation is forgotten, and its late states do not bring it back") {
        ClaimBench bench;
        bench.start("c1", "sales");
        const Conversation queued = bench.conversation("c1");
        bench.store_offer(bench.only<MakeOffer>());
        bench.accept("c1");
        bench.release("c1", ConversationStatus::closed);
        CHECK_FALSE(bench.router.conversation(queued.id).has_value());
        CHECK(bench.router.apply(queued, bench.now).empty());
        CHECK_FALSE(bench.router.conversation(queued.id).has_value());
        CHECK(bench.router.conversation_ids().empty());
    }

    TEST_CASE("a conversation that is gone frees its agent, and may come back") {
        ClaimBench bench;
        bench.start("c1", "sales");
        REQUIRE(bench.offers() == "c1>anna");
        bench.start("c2", "sales");
        bench.decided = bench.router.apply(ConversationGone{ConversationId{"c1"}}, bench.now);
        CHECK(bench.offers() == "c2>anna");
        CHECK(bench.router.apply(bench.conversation("c1"), bench.now).empty());
        CHECK(bench.router.conversation(ConversationId{"c1"}).has_value());
    }

    TEST_CASE("without a configuration nothing is decided") {
        RouterBench bench;
        bench.sign_in("anna");
        bench.start("c1", "sales");
        bench.conversation("c1").customer_absent_since = bench.now;
        bench.tell(bench.conversation("c1"));
        bench.after(24h);
        CHECK(bench.decided.empty());
        CHECK_FALSE(bench.router.next_deadline());
        CHECK(bench.router.place(ConversationId{"c1"})->position == 1);
        CHECK(bench.router.agent_ids() == std::vector{AgentId{"anna"}});
        bench.department("sales");
        bench.configure();
        CHECK(bench.only<Abandon>().conversation.value == "c1");
    }

    TEST_CASE("what is ended makes room for what waits") {
        ClaimBench bench;
        bench.start("c1", "sales");
        bench.store_offer(bench.only<MakeOffer>());
        bench.accept("c1");
        bench.start("c2", "sales");
        CHECK(bench.decided.empty());
        bench.release("c1", ConversationStatus::closed);
        CHECK(bench.offers() == "c2>anna");
    }
}

}  // namespace switchboard::domain
