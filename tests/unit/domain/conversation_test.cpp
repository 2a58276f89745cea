// SPDX-License-Identifier: Apache-2.0
#include "domain/agent.hpp"
#include "domain/conversation.hpp"

#include "switchboard/v1/event.pb.h"
#include "switchboard/v1/model.pb.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace switchboard::domain {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

// The words of an enum of the schema, without the unspecified one.
std::set<std::string> words(const google::protobuf::EnumDescriptor* schema) {
    std::set<std::string> found;
    for (int i = 0; i < schema->value_count(); ++i)
        if (schema->value(i)->number() != 0) found.insert(lower(schema->value(i)->name()));
    return found;
}

}  // namespace

TEST_SUITE("conversation") {
    TEST_CASE("a transition is legal or it is not, for every status and verb") {
        // One row per status, one letter per verb: offer, accept, end_offer, abandon, transfer, requeue, begin_wrap_up, close.
        const std::string table[] = {
            "o--c----",  // queued
            "-aqc----",  // offered
            "----qqwc",  // active
            "-------c",  // wrap_up
            "--------",  // closed
        };
        const std::string letters = "qoawc";
        for (std::size_t from = 0; from < 5; ++from) {
            for (std::size_t verb = 0; verb < 8; ++verb) {
                CAPTURE(from);
                CAPTURE(verb);
                const auto next = next_status(static_cast<ConversationStatus>(from), static_cast<Verb>(verb));
                const char expected = table[from][verb];
                CHECK(next.has_value() == (expected != '-'));
                if (next) CHECK(letters[static_cast<std::size_t>(*next)] == expected);
            }
        }
    }

    TEST_CASE("words are read back and are those of the schema") {
        std::set<std::string> statuses, reasons, outcomes;
        for (int i = 0; i < 5; ++i) {
            const auto status = static_cast<ConversationStatus>(i);
            statuses.emplace(to_string(status));
            CHECK(parse_status(to_string(status)) == status);
        }
        for (int i = 0; i < 7; ++i) {
            const auto reason = static_cast<ClosedReason>(i);
            if (reason != ClosedReason::none) reasons.emplace(to_string(reason));
            CHECK(parse_closed_reason(to_string(reason)) == reason);
        }
        for (int i = 0; i < 4; ++i) outcomes.emplace(to_string(static_cast<OfferOutcome>(i)));
        CHECK(statuses == words(v1::ConversationStatus_descriptor()));
        CHECK(reasons == words(v1::ClosedReason_descriptor()));
        CHECK(outcomes == words(v1::OfferOutcome_descriptor()));
        for (const char* wrong : {"", "Queued", "queued ", "gone"}) {
            CHECK_FALSE(parse_status(wrong));
            CHECK_FALSE(parse_closed_reason(wrong));
        }
    }

    TEST_CASE("an agent's choice") {
        for (const AgentChoice choice : {AgentChoice::available, AgentChoice::away}) {
            CHECK(parse_choice(to_string(choice)) == choice);
            CHECK(words(v1::AgentState_descriptor()).contains(std::string(to_string(choice))));
        }
        CHECK_FALSE(parse_choice("offline"));
    }

    TEST_CASE("requirements compare by department, then skills") {
        const Requirement a{DepartmentId{"sales"}, {{"billing", 2}}};
        Requirement b = a;
        CHECK(a == b);
        b.skills[0].level = 3;
        CHECK(a < b);
        b.department = DepartmentId{"account"};
        CHECK(b < a);
    }
}

}  // namespace switchboard::domain
