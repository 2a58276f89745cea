// SPDX-License-Identifier: Apache-2.0
// What staff learns of others: colleagues and transfers to them, the queues, and which departments are served.
#include "unit/app/world.hpp"

namespace switchboard::test {

using Frame = v1::ServerFrame;

namespace {

struct Talk : World {
    Shard& here = shard();
    std::unique_ptr<Client> customer_client = customer(here);
    std::unique_ptr<Client> anna = agent(here);
    ConversationId id = start(*customer_client);
};

}  // namespace

TEST_CASE_FIXTURE(Talk, "a conversation is passed on to an available colleague, in a department that the colleague serves") {
    own(id, *anna);
    const auto to = [&](const std::string& agent, const std::string& department = "") {
        v1::ClientFrame frame;
        auto* command = frame.mutable_transfer_conversation();
        command->set_conversation_id(id.value);
        command->set_assign_epoch(1);
        command->set_department(department);
        command->set_agent(agent);
        return frame;
    };
    CHECK(anna->error_of(to("nobody")) == v1::INVALID_ARGUMENT);
    CHECK(anna->error_of(to("anna")) == v1::INVALID_ARGUMENT);
    CHECK(anna->error_of(to("carla", "billing")) == v1::INVALID_ARGUMENT);
    CHECK(anna->error_of(to("carla")) == v1::ILLEGAL_STATE);
    auto carla = agent(here, "carla");
    v1::ClientFrame available;
    available.mutable_set_agent_state()->set_state(v1::AVAILABLE);
    CHECK(carla->ask(available).has_done());
    CHECK(anna->ask(to("carla")).has_done());
    const auto& requirement = store.conversations.at(id).record.routing.requirement;
    CHECK(requirement.department == DepartmentId{"sales"});
    CHECK(requirement.agent == AgentId{"carla"});
    CHECK(anna->of(Frame::kConversationReleased).size() == 1);
}

TEST_CASE_FIXTURE(Talk, "colleagues: those who are here, with what they can take") {
    auto carla = agent(here, "carla");
    v1::ClientFrame frame;
    frame.mutable_list_colleagues();
    const auto answer = anna->ask(frame);
    REQUIRE(answer.colleagues().colleagues_size() == 1);
    const auto& colleague = answer.colleagues().colleagues(0);
    CHECK(colleague.agent().name() == "Name of carla");
    CHECK(colleague.state() == v1::AWAY);
    CHECK(colleague.capacity() == 2);
    REQUIRE(colleague.departments_size() == 1);
    CHECK(colleague.departments(0) == "sales");
    CHECK(customer_client->error_of(frame) == v1::NOT_FOUND);
}

TEST_CASE_FIXTURE(Talk, "the queues are shown to supervisors, from the history on and live") {
    v1::ClientFrame watch;
    watch.mutable_watch_queues()->set_watch(true);
    CHECK(anna->error_of(watch) == v1::NOT_FOUND);
    auto sue = agent(here, "sue");
    v1::QueueSnapshot snapshot;
    snapshot.add_departments()->set_id("billing");
    store.boards = {snapshot.SerializeAsString(), "no snapshot"};
    snapshot.mutable_departments(0)->set_waiting(3);
    store.board = snapshot.SerializeAsString();
    const auto answer = sue->ask(watch);
    REQUIRE(answer.queues_watched().history_size() == 1);
    const auto shown = [&](unsigned waiting) {
        return wait_for([&] {
            const auto seen = sue->of(Frame::kQueueSnapshot);
            return !seen.empty() && seen.back().queue_snapshot().departments(0).waiting() == waiting;
        });
    };
    snapshot.mutable_departments(0)->set_waiting(4);
    store.board = snapshot.SerializeAsString();
    CHECK(shown(4));
    store.down = true;
    snapshot.mutable_departments(0)->set_waiting(5);
    store.board = snapshot.SerializeAsString();
    store.down = false;
    CHECK(shown(5));
    watch.mutable_watch_queues()->set_watch(false);
    CHECK(sue->ask(watch).has_done());
}

TEST_CASE_FIXTURE(Talk, "a department that gets an available agent is told to everybody, once") {
    const auto told = [&](const std::unique_ptr<Client>& client) { return client->of(Frame::kDepartmentsChanged); };
    v1::QueueSnapshot snapshot;
    snapshot.add_departments()->set_id("billing");
    snapshot.mutable_departments(0)->set_agents_available(1);
    store.board = snapshot.SerializeAsString();
    CHECK(wait_for([&] { return !told(customer_client).empty() && !told(anna).empty(); }));
    CHECK(told(customer_client).back().departments_changed().departments(0).staffed());
    CHECK(told(customer_client).back().departments_changed().departments(0).skills_size() == 0);
    CHECK(told(anna).back().departments_changed().departments(0).skills(0) == "invoices");
    const auto before = told(customer_client).size();
    snapshot.mutable_departments(0)->set_waiting(1);
    store.board = snapshot.SerializeAsString();
    auto config = std::make_shared<domain::TenantConfig>(*store.config);
    ++config->version;
    config->departments[0].open = false;
    store.config = config;
    here.hub.on_config(TenantId{"shop"});
    CHECK(wait_for([&] { return told(customer_client).size() == before + 1; }));
    CHECK_FALSE(told(customer_client).back().departments_changed().departments(0).open());
}

}  // namespace switchboard::test
