// SPDX-License-Identifier: Apache-2.0
// What ports::TenantStore promises.
#include "domain/tenant_document.hpp"
#include "shard.hpp"

#include <algorithm>

using namespace switchboard;
using namespace switchboard::test;

namespace {

domain::TenantConfig config(const std::string& id, std::vector<std::string> sites) {
    domain::TenantConfig made;
    made.id = TenantId(id);
    made.name = "Shop";
    for (const std::string& site : sites) made.sites.push_back({site, {"https://shop.example"}, {}});
    domain::Department department;
    department.id = DepartmentId("sales");
    department.name = "Sales";
    made.departments.push_back(department);
    return made;
}

Result<std::uint64_t> save(Stores& shard, const domain::TenantConfig& what) {
    return shard.wait<std::uint64_t>([&](auto done) { shard.tenants.save(what, {"test", {}}, done); });
}
Result<TenantId> find(Stores& shard, const std::string& site) {
    return shard.wait<TenantId>([&](auto done) { shard.tenants.find_by_site(site, done); });
}
Result<domain::TenantConfigPtr> load(Stores& shard, const std::string& id) {
    return shard.wait<domain::TenantConfigPtr>([&](auto done) { shard.tenants.load(TenantId(id), done); });
}

}  // namespace

TEST_CASE("save, load, list and find a tenant") {
    Shard shard;
    CHECK(code_of(load(shard, "shop")) == ErrorCode::not_found);
    CHECK(code_of(find(shard, "site-a")) == ErrorCode::not_found);
    auto shop = config("shop", {"site-a", "site-b"});
    CHECK(save(shard, shop).value() == 1);
    CHECK(code_of(save(shard, shop)) == ErrorCode::conflict);
    const auto loaded = load(shard, "shop").value();
    CHECK(loaded->version == 1);
    shop.version = 1;
    CHECK(domain::to_document(*loaded) == domain::to_document(shop));
    CHECK(find(shard, "site-b").value() == TenantId("shop"));
    shop.sites.erase(shop.sites.begin());
    CHECK(save(shard, shop).value() == 2);
    CHECK(code_of(find(shard, "site-a")) == ErrorCode::not_found);
    CHECK(find(shard, "site-b").value() == TenantId("shop"));
    save(shard, config("other", {}));
    auto all = shard.wait<std::vector<TenantId>>([&](auto done) { shard.tenants.list(done); }).value();
    std::sort(all.begin(), all.end());
    CHECK(all == std::vector<TenantId>{TenantId("other"), TenantId("shop")});
}

TEST_CASE("a site key belongs to one tenant") {
    Shard shard;
    REQUIRE(save(shard, config("shop", {"site-a"})));
    CHECK(code_of(save(shard, config("thief", {"site-new", "site-a"}))) == ErrorCode::conflict);
    CHECK(find(shard, "site-a").value() == TenantId("shop"));
    CHECK(code_of(find(shard, "site-new")) == ErrorCode::not_found);
    CHECK(code_of(load(shard, "thief")) == ErrorCode::not_found);
    CHECK(redis_command({"SMEMBERS", redis::Keys::tenants()}) == "shop");
}

TEST_CASE("two tenants that want one site key at the same moment: one gets it") {
    Shard shard;
    for (int round = 0; round < 10; ++round) {
        const std::string n = std::to_string(round);
        std::vector<Result<std::uint64_t>> answers;
        for (const std::string side : {"left", "right"})
            shard.tenants.save(config(side + n, {"site" + n}), {}, [&](Result<std::uint64_t> result) { answers.push_back(std::move(result)); });
        REQUIRE(run_until(shard.loop, [&] { return answers.size() == 2; }));
        CHECK(answers[0].has_value() + answers[1].has_value() == 1);
        const TenantId owner = find(shard, "site" + n).value();
        CHECK(load(shard, owner.value));
    }
}

TEST_CASE("of two changes of one version one is kept, with all its sites") {
    Shard shard;
    REQUIRE(save(shard, config("shop", {"site-a"})));
    for (std::uint64_t version = 1; version < 10; ++version) {
        auto left = config("shop", {"site-a", "left"}), right = config("shop", {"site-a", "right"});
        left.version = right.version = version;
        int stored = 0, answers = 0;
        for (const auto* change : {&left, &right})
            shard.tenants.save(*change, {}, [&](Result<std::uint64_t> result) {
                stored += result.has_value();
                ++answers;
            });
        REQUIRE(run_until(shard.loop, [&] { return answers == 2; }));
        CHECK(stored == 1);
        const auto now = load(shard, "shop").value();
        CHECK(now->version == version + 1);
        for (const domain::Site& site : now->sites) CHECK(find(shard, site.key).value() == TenantId("shop"));
        CHECK(redis_command({"HLEN", redis::Keys::sites()}) == "2");
    }
}

TEST_CASE("every stored change is in the audit, with who and what; a refused one is not") {
    Shard shard;
    const auto audit = [&](std::size_t last) {
        return shard.wait<std::vector<ports::AuditEntry>>([&](auto done) { shard.tenants.read_audit(TenantId("shop"), last, done); }).value();
    };
    CHECK(audit(10).empty());
    auto shop = config("shop", {"site-a"});
    const auto edit = [&](const std::string& who, std::vector<domain::ConfigChange> changes) {
        return shard.wait<std::uint64_t>([&](auto done) { shard.tenants.save(shop, {who, std::move(changes)}, done); });
    };
    REQUIRE(edit("cli:root", {{"", std::nullopt, "\"Shop\""}}));
    CHECK(code_of(edit("cli:late", {})) == ErrorCode::conflict);
    shop.version = 1;
    REQUIRE(edit("rest:ann", {{"name", "\"Shop\"", "\"Store\""}, {"departments[sales]", "{}", std::nullopt}}));
    const auto all = audit(10);
    REQUIRE(all.size() == 2);
    CHECK(all[0].edit.who == "cli:root");
    CHECK(all[0].version == 1);
    CHECK(all[1].edit.who == "rest:ann");
    CHECK(all[1].version == 2);
    CHECK(all[1].edit.changes == std::vector<domain::ConfigChange>{{"name", "\"Shop\"", "\"Store\""}, {"departments[sales]", "{}", std::nullopt}});
    CHECK(all[0].at <= all[1].at);
    CHECK(to_ms(all[0].at) > 1'600'000'000'000);
    const auto newest = audit(1);
    REQUIRE(newest.size() == 1);
    CHECK(newest[0].version == 2);
}
