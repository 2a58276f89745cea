// SPDX-License-Identifier: Apache-2.0
// Scenarios 8: why a conversation waits. Every situation is asked for in three ways - by a supervisor over the protocol, over HTTP and on
// the command line - which must say the same. The steps stand in README.md.
#include "support/scenario.hpp"
#include "switchboard_client/http.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/util/json_util.h>

using namespace switchboard::test;

namespace {

struct Told {
    std::string summary;
    std::map<std::string, std::string> tests;  // agent id -> the first test that it fails
};

Told read(const v1::Explanation& explanation) {
    Told told{explanation.summary(), {}};
    for (const auto& verdict : explanation.agents()) told.tests[verdict.agent().id()] = verdict.test();
    return told;
}

v1::Explanation from_json(const std::string& json) {
    v1::Explanation explanation;
    REQUIRE_MESSAGE(google::protobuf::util::JsonStringToMessage(json, &explanation).ok(), json);
    return explanation;
}

// Times go on between two questions.
std::string without_numbers(std::string text) {
    std::erase_if(text, [](char letter) { return letter >= '0' && letter <= '9'; });
    return text;
}

// What the three ways say, one after the other.
struct Answers {
    Told protocol;
    Told http;
    Told program;
    std::string program_text;
    std::string refused;  // by whom, and why

    [[nodiscard]] bool agree() const {
        if (!refused.empty()) return false;
        const std::string summary = without_numbers(protocol.summary);
        return without_numbers(http.summary) == summary && without_numbers(program.summary) == summary &&
               without_numbers(program_text).starts_with(summary + "\n") && http.tests == protocol.tests && program.tests == protocol.tests;
    }
};

// A refusal, as of a machine too busy for the moment, is told instead of an answer.
Answers ask_why(Stage& stage, Person& supervisor, const std::string& id) {
    Answers answers;
    v1::ClientFrame frame;
    frame.mutable_explain_conversation()->set_conversation_id(id);
    const v1::ServerFrame answer = stage.ask(supervisor, frame);
    if (answer.has_explanation()) answers.protocol = read(answer.explanation());
    else answers.refused += "protocol: " + answer.ShortDebugString() + "\n";

    const switchboard::client::HttpRequest request{.target = "/v1/conversations/" + id + "/explain?tenant=default", .token = agent_signer().sign("sue")};
    const auto http = switchboard::client::http_request(stage.server().address(), request);
    if (http && http->status == 200) answers.http = read(from_json(http->body));
    else answers.refused += "HTTP: " + (http ? std::to_string(http->status) + " " + http->body : "no answer") + "\n";

    const Ended json = run_program({"explain", id, "--json", "--data-dir", stage.server().data_dir()});
    if (json.status == 0) answers.program = read(from_json(json.output));
    else answers.refused += "program: " + json.error + "\n";
    answers.program_text = run_program({"explain", id, "--data-dir", stage.server().data_dir()}).output;
    return answers;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Starts it and waits until the store has it.
std::string start(Stage& stage, Person& customer, const std::string& department, const std::string& topic = {}) {
    const std::string id = stage.start(customer, department, topic);
    stage.until("the log has begun", [&] { return !customer.stream(id).empty(); });
    return id;
}

// Asks until all three say the words: the router may take notice of something between two questions.
Told why(Stage& stage, Person& supervisor, const std::string& id, const std::string& words) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    Answers answers = ask_why(stage, supervisor, id);
    const auto satisfied = [&] { return holds(answers.protocol.summary, words) && answers.agree(); };
    while (!satisfied() && std::chrono::steady_clock::now() < deadline) answers = ask_why(stage, supervisor, id);
    CHECK_MESSAGE(answers.refused.empty(), answers.refused);
    CHECK_MESSAGE(holds(answers.protocol.summary, words), answers.protocol.summary);
    CHECK(without_numbers(answers.http.summary) == without_numbers(answers.protocol.summary));
    CHECK(without_numbers(answers.program.summary) == without_numbers(answers.protocol.summary));
    CHECK(without_numbers(answers.program_text).starts_with(without_numbers(answers.protocol.summary) + "\n"));
    CHECK(answers.http.tests == answers.protocol.tests);
    CHECK(answers.program.tests == answers.protocol.tests);
    return answers.protocol;
}

void decline(Stage& stage, Person& agent, const std::string& id) {
    stage.until("it is offered", [&] { return agent.offer_of(id) != nullptr; });
    v1::ClientFrame frame;
    frame.mutable_decline_offer()->set_conversation_id(id);
    frame.mutable_decline_offer()->set_offer_id(agent.offer_of(id)->id());
    CHECK(stage.ask(agent, frame).has_done());
}

void go_away(Stage& stage, Person& agent, const std::string& reason) {
    v1::ClientFrame frame;
    frame.mutable_set_agent_state()->set_state(v1::AWAY);
    frame.mutable_set_agent_state()->set_reason(reason);
    CHECK_FALSE(stage.ask(agent, frame).has_error());
}

struct Desk {
    Stage stage{Encoding::protobuf, with_tenant("routing_tenant.json")};
    Person& sue = stage.agent("sue", false);
    Person& customer = stage.customer();
};

}  // namespace

TEST_CASE("why: no agent at all") {
    Desk desk;
    const std::string id = start(desk.stage, desk.customer, "lounge");
    const Told told = why(desk.stage, desk.sue, id, "Nobody who is logged in serves Lounge: this will wait until such an agent signs in.");
    CHECK(told.tests.at("cleo") == "offline");
    CHECK(told.tests.at("anna") == "department");
}

TEST_CASE("why: wrong skill") {
    Desk desk;
    const std::string id = start(desk.stage, desk.customer, "support", "help");
    const Told told = why(desk.stage, desk.sue, id, "Nobody who is logged in has the skill help: this will wait until such an agent signs in.");
    CHECK(told.tests.at("sue") == "skill");
}

TEST_CASE("why: level too low") {
    Desk desk;
    desk.stage.agent("ben");
    const std::string id = start(desk.stage, desk.customer, "support", "expert");
    const Told told = why(desk.stage, desk.sue, id, "Nobody who is logged in has help at level 4");
    CHECK(told.tests.at("ben") == "level");
}

TEST_CASE("why: at capacity") {
    Desk desk;
    desk.stage.talk(desk.customer, desk.stage.agent("ben"), "support", "help");
    const std::string id = start(desk.stage, desk.stage.customer(), "support", "help");
    const Told told = why(desk.stage, desk.sue, id, "Ben is at the limit of 1 conversation");
    CHECK(told.tests.at("ben") == "capacity");
}

TEST_CASE("why: away") {
    Desk desk;
    Person& ben = desk.stage.agent("ben");
    go_away(desk.stage, ben, "lunch");
    const std::string id = start(desk.stage, desk.customer, "support", "help");
    const Told told = why(desk.stage, desk.sue, id, "Ben is away (lunch)");
    CHECK(told.tests.at("ben") == "away");
}

TEST_CASE("why: cooldown") {
    Desk desk;
    Person& ben = desk.stage.agent("ben");
    const std::string id = start(desk.stage, desk.customer, "support", "help");
    decline(desk.stage, ben, id);
    const Told told = why(desk.stage, desk.sue, id, "Ben declined or missed it and is not asked again for");
    CHECK(told.tests.at("ben") == "cooldown");
}

TEST_CASE("why: out of hours") {
    Desk desk;
    const std::string id = start(desk.stage, desk.customer, "support", "help");
    desk.stage.configure({"department", "set", "support", hours_from(opening())});
    const Told told = why(desk.stage, desk.sue, id, "The department is closed until");
    CHECK(holds(told.summary, "09:00"));
}

TEST_CASE("why: the ladder is not yet widened") {
    Desk desk;
    desk.stage.configure({"department", "set", "support", R"(steps=[{"after_s": 600, "levels": {"help": 1}}])"});
    Person& anna = desk.stage.agent("anna");
    desk.stage.agent("ben");
    go_away(desk.stage, anna, "");
    const std::string id = start(desk.stage, desk.customer, "support", "expert");
    const Told told = why(desk.stage, desk.sue, id, "In 10 min level 1 will do.");
    CHECK(holds(told.summary, "Anna is away"));
    CHECK(told.tests.at("ben") == "level");
    CHECK(told.tests.at("anna") == "away");
}

TEST_CASE("why: sticky window") {
    Desk desk;
    Stage& stage = desk.stage;
    Person& known = stage.identified("jo");
    Person& cleo = stage.agent("cleo");
    stage.close(stage.talk(known, cleo, "concierge", ""));
    stage.talk(desk.customer, cleo, "concierge", "");
    stage.agent("cora");
    const std::string id = start(stage, known, "concierge");
    const Told told = why(stage, desk.sue, id, "Waits for Cleo, who knows this customer, for another");
    CHECK(told.tests.at("cleo") == "capacity");
    CHECK(told.tests.at("cora") == "other_agent");
}

TEST_CASE("why: overflow") {
    Desk desk;
    Person& second = desk.stage.customer();
    // At once: a moment later small is known to be full, and who starts there begins in support.
    desk.stage.start(desk.customer, "small", "");
    const std::string id = desk.stage.start(second, "small", "");
    const Told told = why(desk.stage, desk.sue, id, "It came from Small, which took nothing more.");
    CHECK(holds(told.summary, "Support"));
    CHECK(told.tests.at("tess") == "department");
}
