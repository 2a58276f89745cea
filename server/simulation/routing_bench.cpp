// SPDX-License-Identifier: Apache-2.0
#include "simulation/routing_bench.hpp"

#include "domain/routing.hpp"
#include "simulation/random.hpp"

#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace switchboard::simulation {

namespace {

using domain::Conversation;
using domain::ConversationStatus;

constexpr std::size_t classes_per_department = 10;
constexpr std::size_t skills_per_agent = 4;

double cpu_us() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

std::size_t bytes_in_use() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::string skill_name(std::size_t routing_class) { return "skill-" + std::to_string(routing_class); }
DepartmentId department_of(std::size_t routing_class) { return DepartmentId{"department-" + std::to_string(routing_class / classes_per_department)}; }

class House {
public:
    explicit House(const RoutingBenchSize& size) : size_(size), random_(size.seed) {}

    RoutingBenchFigures run() {
        for (std::size_t i = 0; i < size_.agents; ++i) {
            domain::Agent agent;
            agent.id = AgentId{"agent-" + std::to_string(i)};
            agents_.push_back(agent);
        }
        const domain::TenantConfigPtr config = configuration();
        const std::size_t bare = bytes_in_use();  // the configuration is the node's, not the router's
        apply(domain::ConfigChanged{config});
        log_in();
        memory_.bytes_per_agent = static_cast<double>(bytes_in_use() - bare) / static_cast<double>(std::max<std::size_t>(1, size_.agents));
        fill();
        RoutingBenchFigures figures = memory_;
        std::vector<double> times;
        times.reserve(size_.decisions);
        const double before = cpu_us();
        const std::size_t events_before = events_;
        for (std::size_t i = 0; i < size_.decisions; ++i) turn(times);
        figures.decisions = times.size();
        figures.events = events_ - events_before;
        figures.cpu_us_per_decision = (cpu_us() - before) / static_cast<double>(std::max<std::size_t>(1, times.size()));
        std::sort(times.begin(), times.end());
        if (!times.empty()) {
            figures.decision_us = times[times.size() / 2];
            figures.decision_p99_us = times[times.size() * 99 / 100];
        }
        return figures;
    }

private:
    struct Held {
        Conversation conversation;
        std::size_t agent = 0;
    };

    std::vector<domain::Decision> apply(const domain::Input& input) {
        ++events_;
        return router_.apply(input, now_);
    }

    domain::TenantConfigPtr configuration() {
        auto config = std::make_shared<domain::TenantConfig>();
        config->id = TenantId{"bench"};
        config->version = 1;
        for (std::size_t i = 0; i < size_.classes; i += classes_per_department) {
            domain::Department department;
            department.id = department_of(i);
            config->departments.push_back(department);
        }
        for (std::size_t i = 0; i < size_.agents; ++i) {
            domain::AgentProfile profile;
            profile.id = AgentId{"agent-" + std::to_string(i)};
            profile.capacity = 1;
            const std::size_t first = i % size_.classes / classes_per_department * classes_per_department;
            profile.departments = {department_of(first)};
            profile.skills[skill_name(i % size_.classes)] = 5;  // everybody is needed by somebody
            while (profile.skills.size() < std::min({skills_per_agent, size_.classes - first, classes_per_department}))
                profile.skills[skill_name(first + random_.below(std::min(classes_per_department, size_.classes - first)))] = 5;
            config->agents.push_back(std::move(profile));
        }
        config->build_index();
        return config;
    }

    Conversation arrival() {
        Conversation made;
        std::string id = std::to_string(arrived_++);
        made.id = ConversationId{std::string(22 - id.size(), 'c') + id};  // as long as real ones
        const std::size_t routing_class = random_.below(size_.classes);
        made.requirement = {department_of(routing_class), {{skill_name(routing_class), 3}}, {}, {}, false};
        made.version = 1;
        made.enqueued = made.arrival = now_;
        now_ += Duration{1};
        return made;
    }

    void log_in() {
        for (domain::Agent& agent : agents_) {
            agent.version = 1;
            agent.choice = domain::AgentChoice::available;
            agent.idle_since = now_;
            apply(agent);
        }
    }

    // Everybody gets one, and the rest waits.
    void fill() {
        while (held_.size() < size_.agents) take(apply(arrival()));
        const std::size_t before = bytes_in_use();
        std::size_t waiting = router_.waiting_count();
        const std::size_t first = waiting;
        for (; waiting < first + size_.queued; ++waiting) take(apply(arrival()));
        memory_.bytes_per_conversation = static_cast<double>(bytes_in_use() - before) / static_cast<double>(std::max<std::size_t>(1, size_.queued));
    }

    // The store carries out the offers, and the agents accept at once.
    void take(const std::vector<domain::Decision>& decisions) {
        for (const domain::Decision& decision : decisions) {
            const auto* offer = std::get_if<domain::MakeOffer>(&decision);
            if (!offer) continue;
            Held held{*router_.conversation(offer->conversation), agent_number(offer->agent)};
            domain::Agent& agent = agents_[held.agent];
            held.conversation.status = ConversationStatus::offered;
            held.conversation.agent = offer->agent;
            held.conversation.offer = OfferId{std::to_string(++offers_)};
            held.conversation.deadline = offer->deadline;
            ++held.conversation.version;
            apply(held.conversation);
            ++agent.version;
            agent.load = 1;
            apply(agent);
            apply(domain::ClaimResult{offer->conversation, offer->agent, domain::ClaimResult::Outcome::accepted});
            held.conversation.status = ConversationStatus::active;
            held.conversation.offer = {};
            held.conversation.deadline = {};
            ++held.conversation.version;
            ++held.conversation.assign_epoch;
            apply(held.conversation);
            held_.push_back(std::move(held));
        }
    }

    std::size_t agent_number(const AgentId& id) const { return std::stoul(id.value.substr(6)); }

    // An agent becomes free, gets the next one, and somebody new arrives.
    void turn(std::vector<double>& times) {
        std::swap(held_[random_.below(held_.size())], held_.back());
        Held done = std::move(held_.back());
        held_.pop_back();
        done.conversation.status = ConversationStatus::closed;
        ++done.conversation.version;
        apply(done.conversation);
        domain::Agent& agent = agents_[done.agent];
        ++agent.version;
        agent.load = 0;
        agent.idle_since = now_;
        const domain::Input freed = agent;
        const auto began = std::chrono::steady_clock::now();
        const auto decisions = apply(freed);
        if (!decisions.empty()) times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
        take(decisions);
        take(apply(arrival()));
    }

    const RoutingBenchSize size_;
    Random random_;
    domain::Router router_;
    Timestamp now_ = from_ms(1'000'000);
    std::vector<domain::Agent> agents_;
    std::vector<Held> held_;
    std::size_t arrived_ = 0, offers_ = 0, events_ = 0;
    RoutingBenchFigures memory_;
};

}  // namespace

RoutingBenchFigures bench_routing(const RoutingBenchSize& size) { return House(size).run(); }

}  // namespace switchboard::simulation
