// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include "switchboard/v1/error.pb.h"

#include <doctest/doctest.h>

#include <string>

namespace switchboard {

namespace {
struct Code {
    ErrorCode code;
    const char* name;  // in the schema
};
constexpr Code codes[] = {
    {ErrorCode::invalid_argument, "INVALID_ARGUMENT"},
    {ErrorCode::unauthenticated, "UNAUTHENTICATED"},
    {ErrorCode::not_found, "NOT_FOUND"},
    {ErrorCode::illegal_state, "ILLEGAL_STATE"},
    {ErrorCode::conversation_closed, "CONVERSATION_CLOSED"},
    {ErrorCode::stale_assignment, "STALE_ASSIGNMENT"},
    {ErrorCode::conflict, "CONFLICT"},
    {ErrorCode::out_of_sequence, "OUT_OF_SEQUENCE"},
    {ErrorCode::rate_limited, "RATE_LIMITED"},
    {ErrorCode::too_large, "TOO_LARGE"},
    {ErrorCode::unavailable, "UNAVAILABLE"},
    {ErrorCode::department_closed, "DEPARTMENT_CLOSED"},
    {ErrorCode::capacity_exceeded, "CAPACITY_EXCEEDED"},
    {ErrorCode::unsupported, "UNSUPPORTED"},
    {ErrorCode::internal, "INTERNAL"},
};
}  // namespace

TEST_SUITE("error") {
    TEST_CASE("the codes are those of the schema, value by value") {
        const auto* schema = v1::ErrorCode_descriptor();
        CHECK(schema->value_count() == static_cast<int>(std::size(codes)) + 1);  // and the unspecified one
        for (const Code& each : codes) {
            CAPTURE(each.name);
            const auto* value = schema->FindValueByName(each.name);
            REQUIRE(value != nullptr);
            CHECK(value->number() == static_cast<int>(each.code));
        }
    }

    TEST_CASE("only rate limits and an absent store pass by themselves") {
        for (const Code& each : codes) {
            Error error;
            error.code = each.code;
            CHECK(error.temporary() == (each.code == ErrorCode::rate_limited || each.code == ErrorCode::unavailable));
        }
    }

    TEST_CASE("a result holds a value or an error") {
        const Result<int> good = 7;
        const Result<int> bad = Error{ErrorCode::conflict, "twice", 0, 3};
        REQUIRE(good.has_value());
        CHECK(*good == 7);
        REQUIRE(bad.has_error());
        CHECK(bad.error().expected_number == 3);
        CHECK_THROWS_WITH_AS(bad.value(), "twice", std::runtime_error);
    }
}

}  // namespace switchboard
