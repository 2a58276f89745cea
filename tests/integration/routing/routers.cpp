// SPDX-License-Identifier: Apache-2.0
#include "integration/routing/routers.hpp"

#include <csignal>
#include <filesystem>

namespace switchboard::test {

using namespace std::chrono_literals;

namespace {

const std::string router_key = "sb:{t1}:router";

domain::Department department(const std::string& id, domain::Strategy strategy) {
    domain::Department made;
    made.id = DepartmentId(id);
    made.name = id;
    made.strategy = strategy;
    made.offer_timeout = 1s;
    made.decline_cooldown = 1500ms;
    made.agent_grace = 1s;
    made.transfer_wait = 1500ms;
    made.abandon_after = 1s;
    return made;
}

}  // namespace

domain::TenantConfig desk(int agents) {
    domain::TenantConfig config;
    config.id = tenant;
    config.name = "Desk";
    config.departments = {department("d0", domain::Strategy::longest_idle), department("d1", domain::Strategy::least_loaded),
                          department("d2", domain::Strategy::most_skilled)};
    config.departments[1].steps = {{1s, {{"s0", 1}}, {}}, {2s, {{"*", 0}}, {DepartmentId("d0")}}};
    config.departments[2].conversation_weight = config.departments[2].idle_weight = 2;
    for (int i = 0; i < agents; ++i) {
        domain::AgentProfile agent;
        agent.id = AgentId("a" + std::to_string(i));
        agent.login = agent.name = agent.id.value;
        agent.capacity = static_cast<unsigned>(1 + i % 4);
        for (int j = 0; j < 3; ++j)
            if ((i + j) % 3 != 0) agent.departments.emplace_back("d" + std::to_string(j));
        agent.skills = {{"s0", 1 + i % 5}};
        if (i % 2 == 0) agent.skills["s1"] = 5 - i % 5;
        config.agents.push_back(agent);
    }
    return config;
}

Routers::Routers(unsigned count) : nodes_(count) {
    for (auto& node : nodes_) {
        ServerSettings settings;
        settings.program = server_program();
        settings.flags = {"--redis-url", shared_redis().url(), "--durability", "memory", "--threads", "1", "--log-level", "warn"};
        node = std::make_unique<ServerProcess>(std::move(settings));
        const auto started = node->start();
        REQUIRE_MESSAGE(started.has_value(), started.error().message);
    }
}

void Routers::take_lease_away() { redis_command({"HSET", router_key, "holder", "nobody", "expires", "0"}); }

void Routers::stop(unsigned which) {
    ::kill(nodes_[which]->pid(), SIGSTOP);
    stopped_ = true;
}

void Routers::wake() {
    if (stopped_)
        for (auto& node : nodes_) ::kill(node->pid(), SIGCONT);
    stopped_ = false;
}

void Routers::kill_and_start(unsigned which) {
    nodes_[which]->kill();
    REQUIRE(nodes_[which]->launch().has_value());
}

void Routers::disturb(People& people, const std::function<void(std::chrono::milliseconds)>& live) {
    const unsigned which = people.below(count());
    switch (people.below(4)) {
        case 0:
            stop(which);
            live(std::chrono::milliseconds(500 + people.below(4500)));
            return wake();
        case 1:
            return kill_and_start(which);
        default:
            return take_lease_away();
    }
}

std::size_t Routers::repeat_journals(std::vector<std::string>& violations) {
    wake();
    std::size_t files = 0;
    for (auto& node : nodes_) {
        node->terminate();
        const std::string folder = node->data_dir() + "/journal/" + tenant.value;
        if (!std::filesystem::exists(folder)) continue;  // it never routed
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            ++files;
            const Ended repeated = run_program({"simulate", "--journal", file.path().string()});
            if (repeated.status != 0) violations.push_back("a journal does not repeat: " + repeated.output + repeated.error);
        }
    }
    return files;
}

void check_at_rest(Stores& stores, People& people, Witness& witness) {
    const auto quiet = [&] {
        people.accept_all();
        return std::chrono::steady_clock::now() - witness.last_change() > 5s;
    };
    REQUIRE(run_until(stores.loop, quiet, 60s));
    const auto snapshot = stores.wait<ports::RoutingSnapshot>([&](auto done) { stores.routing.snapshot(tenant, done); });
    REQUIRE(snapshot);
    witness.check_rest(*snapshot);
}

}  // namespace switchboard::test
