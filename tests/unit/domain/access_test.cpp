// SPDX-License-Identifier: Apache-2.0
#include "domain/access.hpp"

#include "switchboard/v1/client.pb.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace switchboard::domain {

namespace {

constexpr Role roles[] = {Role::customer, Role::agent, Role::supervisor, Role::admin, Role::bot};
constexpr const char* role_letters = "casdb";  // in that order; d is the admin
constexpr Relation relations[] = {Relation::none, Relation::customer, Relation::offered, Relation::owner, Relation::consulted, Relation::department};

// Who may give the command, for each relation in the order above. One row per field of the schema's oneof, in its order.
struct Row {
    const char* command;
    const char* none;
    const char* customer;
    const char* offered;
    const char* owner;
    const char* consulted;
    const char* department;
};
constexpr Row expected[] = {
    {"hello", "casdb", "", "", "", "", ""},
    {"ping", "casdb", "", "", "", "", ""},
    {"start_conversation", "c", "", "", "", "", ""},
    {"leave_queue", "", "c", "", "", "", ""},
    {"end_conversation", "", "c", "", "", "", ""},
    {"rate_conversation", "", "c", "", "", "", ""},
    {"send_message", "", "c", "", "asdb", "", ""},
    {"set_typing", "", "c", "", "asdb", "", ""},
    {"advance_horizons", "", "c", "", "asdb", "", ""},
    {"read_log", "", "c", "asdb", "asdb", "asdb", "sd"},
    {"set_agent_state", "asdb", "", "", "", "", ""},
    {"accept_offer", "", "", "asdb", "asdb", "", "asdb"},
    {"decline_offer", "", "", "asdb", "", "", "asdb"},
    {"send_note", "", "", "", "asdb", "asdb", "sd"},
    {"transfer_conversation", "", "", "", "asdb", "", "sd"},
    {"close_conversation", "", "", "", "asdb", "", "sd"},
    {"finish_wrap_up", "", "", "", "asdb", "", ""},
    {"list_colleagues", "asdb", "", "", "", "", ""},
    {"list_waiting", "asdb", "", "", "", "", ""},
    {"pick_conversation", "", "", "", "asdb", "", "asdb"},
    {"start_consult", "", "", "", "asdb", "", ""},
    {"complete_consult", "", "", "", "asdb", "", ""},
    {"end_consult", "", "", "", "asdb", "asdb", ""},
    {"watch_queues", "sd", "", "", "", "", ""},
    {"explain_conversation", "", "", "sd", "sd", "sd", "sd"},
    {"set_priority", "", "", "sd", "", "", "sd"},
};

const google::protobuf::OneofDescriptor* commands() {
    return v1::ClientFrame::descriptor()->FindOneofByName("command");
}

}  // namespace

TEST_SUITE("access") {
    TEST_CASE("the schema has no command that the table does not know") {
        REQUIRE(commands() != nullptr);
        REQUIRE(commands()->field_count() == static_cast<int>(std::size(expected)));
        for (int i = 0; i < commands()->field_count(); ++i) CHECK(commands()->field(i)->name() == expected[i].command);
        CHECK(static_cast<std::size_t>(Command::set_priority) + 1 == std::size(expected));
    }

    TEST_CASE("role x relation x command") {
        int permitted = 0;
        for (std::size_t command = 0; command < std::size(expected); ++command) {
            const Row& row = expected[command];
            const std::string columns[] = {row.none, row.customer, row.offered, row.owner, row.consulted, row.department};
            for (std::size_t relation = 0; relation < std::size(relations); ++relation) {
                for (std::size_t role = 0; role < std::size(roles); ++role) {
                    CAPTURE(row.command);
                    CAPTURE(relation);
                    CAPTURE(role_letters[role]);
                    const bool wanted = columns[relation].find(role_letters[role]) != std::string::npos;
                    CHECK(allowed(roles[role], relations[relation], static_cast<Command>(command)) == wanted);
                    permitted += wanted ? 1 : 0;
                }
            }
        }
        CHECK(permitted > 0);
    }

    TEST_CASE("values outside of the enums are refused") {
        CHECK_FALSE(allowed(static_cast<Role>(17), Relation::owner, Command::send_message));
        CHECK_FALSE(allowed(Role::agent, static_cast<Relation>(17), Command::send_message));
        CHECK_FALSE(allowed(Role::agent, Relation::owner, static_cast<Command>(200)));
    }

    TEST_CASE("how staff stands to a conversation") {
        AgentProfile anna;
        anna.id = AgentId{"anna"};
        anna.departments = {DepartmentId{"sales"}};
        Conversation conversation;
        conversation.requirement.department = DepartmentId{"sales"};
        const auto relation = [&](ConversationStatus status, const char* agent) {
            conversation.status = status;
            conversation.agent = AgentId{agent};
            return staff_relation(anna, conversation);
        };
        using enum ConversationStatus;
        CHECK(relation(queued, "") == Relation::department);
        CHECK(relation(offered, "anna") == Relation::offered);
        CHECK(relation(offered, "bob") == Relation::department);
        CHECK(relation(active, "anna") == Relation::owner);
        CHECK(relation(wrap_up, "anna") == Relation::owner);
        CHECK(relation(closed, "anna") == Relation::owner);
        CHECK(relation(active, "bob") == Relation::department);

        conversation.agent = AgentId{"bob"};
        CHECK(staff_relation(anna, conversation, AgentId{"anna"}) == Relation::consulted);
        CHECK(staff_relation(anna, conversation, AgentId{"carla"}) == Relation::department);
        conversation.status = queued;
        CHECK(staff_relation(anna, conversation, AgentId{"anna"}) == Relation::department);

        conversation.requirement.department = DepartmentId{"support"};
        CHECK(relation(queued, "") == Relation::none);
        CHECK(relation(active, "bob") == Relation::none);
        CHECK(relation(active, "anna") == Relation::owner);  // transferred to her while she served there
        for (const Role role : {Role::supervisor, Role::admin}) {
            anna.role = role;
            CHECK(relation(active, "bob") == Relation::department);
        }
        anna.role = Role::bot;
        CHECK(relation(active, "bob") == Relation::none);
        anna.id = AgentId{""};
        CHECK(relation(queued, "") == Relation::none);
    }
}

}  // namespace switchboard::domain
