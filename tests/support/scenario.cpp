// SPDX-License-Identifier: Apache-2.0
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sstream>

namespace switchboard::test {

client::JwtSigner agent_signer() { return {"scenario", "scenario-agent-secret-0123456789abcdef", "scenario", "switchboard"}; }
client::JwtSigner customer_signer() { return {"scenario", "scenario-customer-secret-0123456789abcdef", "scenario", "switchboard"}; }

std::string read_test_data(const std::string& name) {
    std::ifstream file(std::string(SWITCHBOARD_TEST_DATA) + "/" + name, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), name);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

client::ServerSettings with_tenant(const std::string& document) {
    client::ServerSettings settings;
    settings.tenant_document = read_test_data(document);
    return settings;
}

// ---- Person

Person::Person(asio::io_context& context, client::ClientOptions options)
    : client_(std::make_shared<client::Client>(context.get_executor(), std::move(options), *this)) {}

Person::~Person() { client_->abandon(); }

void Person::on_log_reset(const std::string& conversation) {
    resets.push_back(conversation);
    streams[conversation].clear();
}

std::vector<std::string> Person::texts(const std::string& conversation) {
    std::vector<std::string> found;
    for (const v1::Event& event : streams[conversation])
        if (event.has_message()) found.push_back(event.message().text());
    return found;
}

std::vector<std::string> Person::notes(const std::string& conversation) {
    std::vector<std::string> found;
    for (const v1::Event& event : streams[conversation])
        if (event.has_note()) found.push_back(event.note().text());
    return found;
}

const v1::Event* Person::event(const std::string& conversation, v1::Event::BodyCase body) {
    const auto& all = streams[conversation];
    const auto found = std::find_if(all.begin(), all.end(), [body](const v1::Event& event) { return event.body_case() == body; });
    return found == all.end() ? nullptr : &*found;
}

std::size_t Person::count(const std::string& conversation, v1::Event::BodyCase body) {
    const auto& all = streams[conversation];
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [body](const v1::Event& event) { return event.body_case() == body; }));
}

const v1::Offer* Person::offer_of(const std::string& conversation) const {
    const auto found =
        std::find_if(offers.rbegin(), offers.rend(), [&](const v1::Offer& offer) { return offer.conversation().id() == conversation; });
    return found == offers.rend() ? nullptr : &*found;
}

std::size_t Person::offers_of(const std::string& conversation) const {
    return static_cast<std::size_t>(
        std::count_if(offers.begin(), offers.end(), [&](const v1::Offer& offer) { return offer.conversation().id() == conversation; }));
}

bool Person::was_withdrawn(const std::string& conversation, v1::OfferOutcome outcome) const {
    return std::any_of(withdrawn.begin(), withdrawn.end(), [&](const v1::OfferWithdrawn& one) {
        return one.conversation_id() == conversation && one.outcome() == outcome;
    });
}

bool Person::holds(const std::string& conversation) const {
    const auto got = std::count_if(assigned.begin(), assigned.end(), [&](const v1::Conversation& one) { return one.id() == conversation; });
    const auto gone = std::count_if(released.begin(), released.end(), [&](const auto& one) { return one.first == conversation; });
    return got > gone;
}

// ---- Stage

Stage::Stage(Encoding encoding, client::ServerSettings settings) : encoding_(encoding) {
    settings.program = server_program();
    if (settings.tenant_document.empty()) settings.tenant_document = read_test_data("scenario_tenant.json");
    for (const char* flag : {"--threads",
                             "2",
                             "--log-level",
                             "info",
                             "--connections-per-address",
                             "0",
                             "--handshakes-per-second-per-address",
                             "0",
                             "--new-visitors-per-minute",
                             "0",
                             "--customer-commands-per-minute",
                             "0",
                             "--customer-commands-per-second",
                             "1000",
                             "--customer-command-burst",
                             "1000",
                             "--agent-commands-per-second",
                             "1000",
                             "--drain",
                             "2s"})
        settings.flags.emplace_back(flag);
    server_ = std::make_unique<client::ServerProcess>(std::move(settings));
    const auto started = server_->start();
    REQUIRE_MESSAGE(started.has_value(), (started.has_error() ? started.error().message : ""));
}

client::ClientOptions Stage::options() const {
    client::ClientOptions made;
    made.server = server_->address();
    made.encoding = encoding_;
    made.program = "scenario";
    made.backoff_base = Duration{50};
    made.backoff_limit = Duration{500};
    return made;
}

Person& Stage::add(client::ClientOptions options) {
    people_.push_back(std::make_unique<Person>(context_, std::move(options)));
    return *people_.back();
}

Person& Stage::connected(client::ClientOptions options, const std::string& name) {
    Person& person = add(std::move(options));
    person->start();
    until(name + " is welcomed", [&] { return person->ready(); });
    return person;
}

Person& Stage::customer(const std::string& visitor_token) {
    client::ClientOptions made = options();
    made.credential.token = visitor_token;
    return connected(std::move(made), "the customer");
}

Person& Stage::identified(const std::string& subject, const boost::json::object& claims) {
    client::ClientOptions made = options();
    made.credential = {client::Credential::Kind::customer_jwt, customer_signer().sign(subject, std::chrono::hours(1), claims)};
    return connected(std::move(made), subject);
}

Person& Stage::agent(const std::string& login, bool available) {
    client::ClientOptions made = options();
    made.credential = {client::Credential::Kind::agent_token, agent_signer().sign(login)};
    Person& person = connected(std::move(made), login);
    if (!available) return person;
    bool done = false;
    person->set_agent_state(v1::AVAILABLE, "", [&](const v1::ServerFrame& reply) { done = !reply.has_error(); });
    const auto told = [](const v1::AgentStatus& status) { return status.state() == v1::AVAILABLE; };
    until(login + " is available, and knows it", [&] { return done && std::any_of(person.statuses.begin(), person.statuses.end(), told); });
    return person;
}

std::string Stage::start(Person& customer, const std::string& department, const std::string& topic, const std::string& text) {
    v1::StartConversation command;
    command.set_department(department);
    command.set_topic(topic);
    command.set_text(text);
    std::string id;
    v1::Error error;
    bool answered = false;
    customer->start_conversation(command, [&](const v1::ServerFrame& reply) {
        answered = true;
        error = reply.error();
        id = reply.conversation_opened().conversation().id();
    });
    until("the conversation is opened", [&] { return answered; });
    REQUIRE_MESSAGE(!id.empty(), error.ShortDebugString());
    return id;
}

void Stage::accept(Person& agent, const std::string& conversation) {
    const v1::ServerFrame answer = try_to_accept(agent, conversation);
    REQUIRE_MESSAGE(!answer.has_error(), answer.ShortDebugString());
    until("the assignment", [&] { return agent.holds(conversation); });
}

v1::ServerFrame Stage::try_to_accept(Person& agent, const std::string& conversation) {
    until("the offer", [&] { return agent.offer_of(conversation) != nullptr; });
    std::optional<v1::ServerFrame> answer;
    agent->accept(*agent.offer_of(conversation), [&](const v1::ServerFrame& reply) { answer = reply; });
    until("the answer to accept", [&] { return answer.has_value(); });
    return *answer;
}

Talk Stage::talk(Person& customer, Person& agent, const std::string& department, const std::string& topic) {
    const std::string id = start(customer, department, topic);
    accept(agent, id);
    until("both see the agent join", [&] {
        return customer.event(id, v1::Event::kAgentJoined) != nullptr && agent.event(id, v1::Event::kAgentJoined) != nullptr;
    });
    return {&customer, &agent, id};
}

void Stage::close(const Talk& talk, const std::string& disposition) {
    v1::CloseConversation command;
    command.set_conversation_id(talk.id);
    command.set_disposition(disposition);
    bool done = false;
    v1::Error error;
    (*talk.agent)->close_conversation(command, [&](const v1::ServerFrame& reply) {
        done = true;
        error = reply.error();
    });
    until("the answer to close", [&] { return done; });
    REQUIRE_MESSAGE(error.code() == 0, error.ShortDebugString());
}

void Stage::configure(const std::vector<std::string>& arguments) {
    const auto done = server_->run(arguments);
    REQUIRE_MESSAGE(done.has_value(), (done.has_error() ? done.error().message : ""));
}

void Stage::step() {
    context_.restart();
    context_.run_one_for(std::chrono::milliseconds(10));
    context_.poll();
}

void Stage::until(const std::string& what, const std::function<bool()>& condition, double seconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (!condition()) {
        step();
        if (std::chrono::steady_clock::now() < deadline) continue;
        INFO(server_->log_tail());
        FAIL("waited in vain: " << what);
    }
}

void Stage::stays(const std::string& what, const std::function<bool()>& condition, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < end) {
        REQUIRE_MESSAGE(condition(), "did not stay: " << what);
        step();
    }
    REQUIRE_MESSAGE(condition(), "did not stay: " << what);
}

v1::ServerFrame Stage::ask(Person& person, const v1::ClientFrame& frame) {
    v1::ServerFrame answer;
    bool answered = false;
    person->request(frame, [&](const v1::ServerFrame& reply) {
        answer = reply;
        answered = true;
    });
    until("an answer to " + frame.ShortDebugString(), [&] { return answered; });
    return answer;
}

std::chrono::system_clock::time_point opening() {
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) + std::chrono::days(2) + std::chrono::hours(9);
}

std::string hours_from(std::chrono::system_clock::time_point at, bool close_queue) {
    constexpr std::array<const char*, 7> names = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(at));
    return std::string("hours={\"close_queue\": ") + (close_queue ? "true" : "false") + ", \"week\": {\"" + names[day.c_encoding()] + "\": [\"09:00-17:00\"]}}";
}

}  // namespace switchboard::test
