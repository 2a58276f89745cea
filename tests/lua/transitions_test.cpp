// SPDX-License-Identifier: Apache-2.0
// The scripts and the domain's transition table say the same, for every status and every verb.
#include "checks.hpp"

#include "domain/conversation.hpp"

#include <doctest/doctest.h>

using namespace switchboard;
using namespace switchboard::test;
using domain::ConversationStatus;
using domain::Verb;

namespace {

void bring_to(World& w, ConversationStatus status) {
    w.ready("ann");
    w.start("c1");
    if (status == ConversationStatus::queued) return;
    w.offer("c1", "ann");
    if (status == ConversationStatus::offered) return;
    w.accept("c1", "ann");
    if (status == ConversationStatus::active) return;
    w.wrap_up("c1", "ann");
    if (status == ConversationStatus::closed) w.close("c1", "ann");
}

// With arguments under which nothing but the status can be the reason for a refusal.
void carry_out(World& w, ConversationStatus from, Verb verb) {
    const bool held = from == ConversationStatus::offered;
    const std::uint64_t epoch = std::stoull(w.field("c1", "assign_epoch"));
    switch (verb) {
        case Verb::offer: w.offer("c1", "ann", 9, "o2"); break;
        case Verb::accept: w.accept("c1", "ann", held ? "o1" : "o2"); break;
        case Verb::end_offer: w.end_offer("c1", "ann", "declined", held ? "o1" : "o2"); break;
        case Verb::abandon: w.abandon("c1", w.field("c1", "agent")); break;
        case Verb::transfer: w.transfer("c1", "ann", epoch); break;
        case Verb::requeue:
            w.close_agent("ann", "s-ann");
            w.requeue("c1", "ann", epoch);
            break;
        case Verb::begin_wrap_up: w.wrap_up("c1", "ann", epoch); break;
        case Verb::close: w.close("c1", "ann", epoch); break;
        case Verb::pick: w.pick("c1", "ann", 9); break;
        case Verb::move: w.move("c1"); break;
        case Verb::turn_away: w.turn_away("c1"); break;
    }
}

}  // namespace

TEST_CASE("the scripts accept exactly the transitions of the domain") {
    for (int status = 0; status <= static_cast<int>(ConversationStatus::closed); ++status) {
        for (int verb = 0; verb <= static_cast<int>(Verb::turn_away); ++verb) {
            const auto from = static_cast<ConversationStatus>(status);
            World w;
            bring_to(w, from);
            REQUIRE(w.field("c1", "status") == domain::to_string(from));
            carry_out(w, from, static_cast<Verb>(verb));
            const auto expected = domain::next_status(from, static_cast<Verb>(verb)).value_or(from);
            CHECK_MESSAGE(w.field("c1", "status") == domain::to_string(expected), domain::to_string(from), " verb ", verb);
            check_stream(w);
        }
    }
}
