// SPDX-License-Identifier: Apache-2.0
#include "base/ids.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <type_traits>
#include <unordered_set>

namespace switchboard {

static_assert(!std::is_convertible_v<AgentId, ConversationId>);
static_assert(!std::is_constructible_v<AgentId, ConversationId>);
static_assert(!std::is_convertible_v<std::string, AgentId>);

TEST_SUITE("ids") {
    TEST_CASE("random ids are 22 letters of base64url, none looks like an option, and they do not repeat") {
        std::set<std::string> seen;
        for (int i = 0; i < 10'000; ++i) {
            const std::string id = random_id();
            CHECK(id.size() == 22);
            CHECK(id.front() != '-');
            CHECK(std::all_of(id.begin(), id.end(),
                              [](unsigned char letter) { return std::isalnum(letter) || letter == '-' || letter == '_'; }));
            seen.insert(id);
        }
        CHECK(seen.size() == 10'000);
    }

    TEST_CASE("random numbers are never 0 and use all bits") {
        std::uint64_t any = 0, all = ~std::uint64_t{0};
        for (int i = 0; i < 1000; ++i) {
            const std::uint64_t value = random_u64();
            CHECK(value != 0);
            any |= value;
            all &= value;
        }
        CHECK(any == ~std::uint64_t{0});
        CHECK(all == 0);
    }

    TEST_CASE("ids compare and hash by value") {
        CHECK(AgentId{"a"} == AgentId{std::string("a")});
        CHECK(AgentId{"a"} < AgentId{"b"});
        CHECK(AgentId{}.empty());
        const std::unordered_set<AgentId> set{AgentId{"a"}, AgentId{"a"}, AgentId{"b"}};
        CHECK(set.size() == 2);
        CHECK(set.contains(AgentId{std::string_view("b")}));
    }
}

}  // namespace switchboard
