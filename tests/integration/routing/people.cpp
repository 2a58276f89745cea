// SPDX-License-Identifier: Apache-2.0
#include "integration/routing/people.hpp"

namespace switchboard::test {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_live = 30;

// Whoever acts may be too late; that is no failure.
bool expected(ErrorCode code) {
    return code == ErrorCode::illegal_state || code == ErrorCode::stale_assignment || code == ErrorCode::not_found ||
           code == ErrorCode::conversation_closed || code == ErrorCode::capacity_exceeded;
}

VisitorId visitor_of(const ConversationId& id) { return VisitorId("v-" + id.value); }

}  // namespace

People::People(Stores& stores, Witness& witness, domain::TenantConfigPtr config, std::uint64_t seed)
    : stores_(stores), witness_(witness), config_(std::move(config)), random_(seed) {}

template <class T, class Begin>
void People::tell(Begin begin) {
    const Result<T> answer = stores_.wait<T>(begin);
    if (answer.has_error()) note(answer.error());
}

template <class T, class Begin>
void People::send(const std::shared_ptr<std::size_t>& open, Begin begin) {
    ++*open;
    begin(Callback<T>([this, open](Result<T> answer) {
        --*open;
        if (answer.has_error()) note(answer.error());
    }));
}

void People::note(const Error& error) {
    if (!expected(error.code)) witness_.violations.push_back("the store failed: " + error.message);
}

void People::act() {
    switch (below(16)) {
        case 0: case 1: case 2: return start();
        case 3: return come_or_go();
        case 4: return one_in(3) ? end_by_customer() : finish();
        case 5: case 6: return sign_in_or_out();
        case 7: case 8: case 9: case 10: return answer_an_offer();
        case 11: case 12: case 13: return finish();
        case 14: return pass_on();
        default: return prioritize();
    }
}

void People::accept_all() {
    const auto known = witness_.conversations();
    for (const auto& [id, one] : known)
        if (one.status == Status::offered) accept(one);
}

void People::everybody_comes() {
    for (const domain::AgentProfile& agent : config_->agents) {
        signed_in_[agent.id] = true;
        REQUIRE(stores_.open_agent(Stores::agent_session(agent.id.value)));
        REQUIRE(stores_.choose(agent.id.value));
    }
}

void People::rush(std::size_t waiting) {
    const auto open = std::make_shared<std::size_t>(0);
    std::size_t wait_now = 0;
    for (const auto& [id, one] : witness_.conversations()) {
        wait_now += one.status == Status::queued;
        if (one.status == Status::offered) {
            const ports::OfferAnswer answer{id, one.offer, one.agent};
            send<ports::ConversationRecord>(
                open, [&](auto done) { stores_.routing.accept_offer(tenant, answer, staff_event("ended"), event("joined"), done); });
        }
        if (one.status == Status::active) {
            const auto request = Stores::close_request(id.value, one.agent.value, one.assign_epoch);
            send<void>(open, [&](auto done) { stores_.routing.close(tenant, request, done); });
        }
    }
    for (; wait_now < waiting; ++wait_now)
        send<ports::StartedConversation>(open, [&](auto done) { stores_.conversations.start(tenant, next_start(modest_requirement()), done); });
    REQUIRE(run_until(stores_.loop, [&] { return *open == 0; }));
    stores_.loop.run_for(1ms);  // what the router does about it
}

const domain::Conversation* People::any(Status status) {
    std::vector<const domain::Conversation*> found;
    for (const auto& [id, one] : witness_.conversations())
        if (one.status == status) found.push_back(&one);
    return found.empty() ? nullptr : found[below(static_cast<unsigned>(found.size()))];
}

domain::Requirement People::requirement() {
    domain::Requirement made{config_->departments[below(static_cast<unsigned>(config_->departments.size()))].id, {}};
    for (const char* skill : {"s0", "s1"})
        if (one_in(3)) made.skills.push_back({skill, static_cast<int>(1 + below(4))});
    return made;
}

domain::Requirement People::modest_requirement() {
    for (;;) {
        const domain::AgentProfile& agent = *config_->agent(any_agent());
        const DepartmentId department = agent.departments[below(static_cast<unsigned>(agent.departments.size()))];
        if (agent.capacity < config_->department(department)->conversation_weight) continue;
        domain::Requirement made{department, {}};
        for (const auto& [skill, level] : agent.skills)
            if (one_in(3)) made.skills.push_back({skill, static_cast<int>(1 + below(static_cast<unsigned>(level)))});
        return made;
    }
}

void People::start() {
    if (witness_.conversations().size() >= most_live) return;
    const ports::StartConversation request = next_start(requirement());
    present_[request.id] = true;
    tell<ports::StartedConversation>([&](auto done) { stores_.conversations.start(tenant, request, done); });
}

ports::StartConversation People::next_start(domain::Requirement wanted) {
    const std::string id = "c" + std::to_string(started_++);
    ports::StartConversation request = Stores::start_request(id, visitor_of(ConversationId(id)).value);
    request.requirement = std::move(wanted);
    request.weight = config_->department(request.requirement.department)->conversation_weight;
    request.boost = one_in(4) ? Duration{below(5000)} : 0ms;
    request.urgent = one_in(12);
    request.session = Stores::customer_session(id, "s-" + id, "n1", request.visitor.value);
    return request;
}

void People::come_or_go() {
    if (present_.empty()) return;
    auto& [id, here] = *std::next(present_.begin(), below(static_cast<unsigned>(present_.size())));
    const auto session = Stores::customer_session(id.value, "s-" + id.value, "n1", visitor_of(id).value);
    if (here) tell<void>([&](auto done) { stores_.conversations.detach_customer(tenant, session, done); });
    else tell<ports::ConversationRecord>([&](auto done) { stores_.conversations.attach_customer(tenant, session, done); });
    here = !here;
}

void People::end_by_customer() {
    const auto* one = any(one_in(2) ? Status::queued : Status::active);
    if (!one) return;
    const ConversationId id = one->id;
    ports::EndByCustomer request{event("abandoned"), event("ended"), std::nullopt, Duration{0}};
    tell<void>([&](auto done) { stores_.conversations.end_by_customer(tenant, id, visitor_of(id), std::move(request), done); });
}

void People::sign_in_or_out() {
    const AgentId agent = any_agent();
    bool& here = signed_in_[agent];
    if (!here) {
        here = true;
        REQUIRE(stores_.open_agent(Stores::agent_session(agent.value)));
        REQUIRE(stores_.choose(agent.value));
    } else if (one_in(3)) {
        here = false;
        REQUIRE(stores_.close_agent(Stores::agent_session(agent.value)));
    } else {
        REQUIRE(stores_.choose(agent.value, one_in(4) ? domain::AgentChoice::away : domain::AgentChoice::available));
    }
}

void People::accept(const domain::Conversation& conversation) {
    const ports::OfferAnswer answer{conversation.id, conversation.offer, conversation.agent};
    tell<ports::ConversationRecord>(
        [&](auto done) { stores_.routing.accept_offer(tenant, answer, staff_event("ended"), event("joined"), done); });
}

void People::answer_an_offer() {
    const auto* one = any(Status::offered);
    if (!one || one_in(8)) return;
    const domain::Conversation offered = *one;
    if (!one_in(5)) return accept(offered);
    const ports::OfferAnswer answer{offered.id, offered.offer, offered.agent};
    tell<bool>([&](auto done) {
        stores_.routing.end_offer(tenant, ports::RouterLease{}, answer, domain::OfferOutcome::declined, 1500ms, false, staff_event("declined"), done);
    });
}

void People::finish() {
    const auto* one = any(one_in(5) ? Status::wrap_up : Status::active);
    if (!one) return;
    const auto request = Stores::close_request(one->id.value, one->agent.value, one->assign_epoch);
    if (one->status == Status::active && one_in(3))
        return tell<void>([&](auto done) { stores_.routing.begin_wrap_up(tenant, request, 700ms, done); });
    tell<void>([&](auto done) { stores_.routing.close(tenant, request, done); });
}

void People::pass_on() {
    const auto* one = any(Status::active);
    if (!one) return;
    ports::TransferRequest request;
    request.conversation = one->id;
    request.agent = one->agent;
    request.assign_epoch = one->assign_epoch;
    request.requirement = requirement();
    if (one_in(3)) request.requirement = {one->requirement.department, {}, any_agent()};
    request.weight = config_->department(request.requirement.department)->conversation_weight;
    request.cooldown = 1000ms;
    request.wait = request.requirement.agent.empty() ? 0ms : 1500ms;
    request.events = {event("transferred")};
    witness_.expect_change(request.conversation);
    tell<void>([&](auto done) { stores_.routing.transfer(tenant, request, done); });
}

void People::prioritize() {
    const auto* one = any(Status::queued);
    if (!one) return;
    const ConversationId id = one->id;
    witness_.expect_change(id);
    tell<void>([&](auto done) { stores_.routing.prioritize(tenant, id, Duration{below(20'000)}, one_in(6), event("priority"), done); });
}

}  // namespace switchboard::test
