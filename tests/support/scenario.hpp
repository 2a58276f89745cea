// SPDX-License-Identifier: Apache-2.0
// A stage for scenarios: a real server with its own Redis, customers and agents on real connections, everything that they are
// told written down, and waiting for conditions with a deadline. Thread: one, the test's.
#pragma once

#include "support/server_process.hpp"
#include "switchboard_client/client.hpp"
#include "switchboard_client/token.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace switchboard::test {

namespace v1 = switchboard::v1;
using client::Encoding;

// Somebody at a client, and all that he was told.
class Person : public client::ClientListener {
public:
    Person(asio::io_context& context, client::ClientOptions options);
    ~Person() override;

    void on_welcome(const v1::Welcome& welcome) override { welcomes.push_back(welcome); }
    void on_disconnected(const client::Disconnect& end) override { disconnects.push_back(end); }
    void on_event(const std::string& conversation, const v1::Event& event) override { streams[conversation].push_back(event); }
    void on_log_reset(const std::string& conversation) override;
    void on_log_lost(const std::string& conversation) override { lost.push_back(conversation); }
    void on_message_accepted(const v1::MessageAccepted& accepted) override { acknowledged.push_back(accepted); }
    void on_message_refused(const std::string&, const std::string& text, const v1::Error& error) override {
        refused.emplace_back(text, error);
    }
    void on_typing(const v1::Typing& value) override { typing.push_back(value); }
    void on_horizons(const v1::HorizonsAdvanced& value) override { horizons.push_back(value); }
    void on_queue_position(const v1::QueuePosition& position) override { positions.push_back(position); }
    void on_departments(const v1::DepartmentsChanged& changed) override { departments = changed; }
    void on_offer(const v1::Offer& offer) override { offers.push_back(offer); }
    void on_offer_withdrawn(const v1::OfferWithdrawn& withdrawal) override { withdrawn.push_back(withdrawal); }
    void on_agent_status(const v1::AgentStatus& status) override { statuses.push_back(status); }
    void on_assigned(const v1::Conversation& conversation) override { assigned.push_back(conversation); }
    void on_released(const std::string& conversation, v1::LeaveReason reason) override { released.emplace_back(conversation, reason); }
    void on_consult_started(const v1::ConsultStarted& started) override { consults.push_back(started); }
    void on_consult_ended(const std::string& conversation) override {
        consults_ended.push_back(conversation);
        streams[conversation].clear();
    }
    void on_error(const v1::Error& error) override { errors.push_back(error); }

    client::Client* operator->() const { return client_.get(); }

    const std::vector<v1::Event>& stream(const std::string& conversation) { return streams[conversation]; }
    std::vector<std::string> texts(const std::string& conversation);
    std::vector<std::string> notes(const std::string& conversation);
    // The first event of the kind, or null.
    const v1::Event* event(const std::string& conversation, v1::Event::BodyCase body);
    std::size_t count(const std::string& conversation, v1::Event::BodyCase body);
    unsigned position() const { return positions.empty() ? 0 : positions.back().position(); }
    const v1::Offer* offer_of(const std::string& conversation) const;
    std::size_t offers_of(const std::string& conversation) const;
    bool was_withdrawn(const std::string& conversation, v1::OfferOutcome outcome) const;
    bool holds(const std::string& conversation) const;
    unsigned load() const { return statuses.empty() ? 0 : statuses.back().load(); }

    std::vector<v1::Welcome> welcomes;
    std::vector<client::Disconnect> disconnects;
    std::map<std::string, std::vector<v1::Event>> streams;
    std::vector<std::string> resets, lost;
    std::vector<v1::MessageAccepted> acknowledged;
    std::vector<std::pair<std::string, v1::Error>> refused;
    std::vector<v1::Typing> typing;
    std::vector<v1::HorizonsAdvanced> horizons;
    std::vector<v1::QueuePosition> positions;
    v1::DepartmentsChanged departments;  // as told last; empty: not told since Welcome
    std::vector<v1::Offer> offers;
    std::vector<v1::OfferWithdrawn> withdrawn;
    std::vector<v1::AgentStatus> statuses;
    std::vector<v1::Conversation> assigned;
    std::vector<std::pair<std::string, v1::LeaveReason>> released;
    std::vector<v1::ConsultStarted> consults;
    std::vector<std::string> consults_ended;
    std::vector<v1::Error> errors;

private:
    std::shared_ptr<client::Client> client_;
};

// A talk that has begun.
struct Talk {
    Person* customer = nullptr;
    Person* agent = nullptr;
    std::string id;
};

class Stage {
public:
    explicit Stage(Encoding encoding, client::ServerSettings settings = {});

    client::ServerProcess& server() { return *server_; }
    asio::io_context& context() { return context_; }
    Encoding encoding() const { return encoding_; }

    client::ClientOptions options() const;
    Person& customer(const std::string& visitor_token = {});         // connected
    // Identified by the site's JWT, with these claims besides the usual ones.
    Person& identified(const std::string& subject, const boost::json::object& claims = {});
    Person& agent(const std::string& login, bool available = true);  // connected, and available as wanted
    Person& add(client::ClientOptions options);                      // not started

    // Starts a conversation and returns its id.
    std::string start(Person& customer, const std::string& department, const std::string& topic, const std::string& text = {});
    // `agent` accepts what he is offered of this conversation.
    void accept(Person& agent, const std::string& conversation);
    // The answer to it, which may be a refusal.
    v1::ServerFrame try_to_accept(Person& agent, const std::string& conversation);
    Talk talk(Person& customer, Person& agent, const std::string& department = "billing", const std::string& topic = "invoice");
    Talk talk() { return talk(customer(), agent("anna")); }
    void close(const Talk& talk, const std::string& disposition = "solved");

    // Another command of the program, on the running server: {"department", "set", ...}.
    void configure(const std::vector<std::string>& arguments);

    // Fails the test when it does not become true.
    void until(const std::string& what, const std::function<bool()>& condition, double seconds = 15);
    // Fails the test when it does not stay true for a while in which the server had every chance to break it.
    void stays(const std::string& what, const std::function<bool()>& condition, double seconds = 0.4);
    // The answer to one command, sent once.
    v1::ServerFrame ask(Person& person, const v1::ClientFrame& frame);
    v1::ErrorCode ask_for_error(Person& person, const v1::ClientFrame& frame) { return ask(person, frame).error().code(); }

private:
    void step();
    Person& connected(client::ClientOptions options, const std::string& name);

    Encoding encoding_;
    asio::io_context context_{1};
    std::unique_ptr<client::ServerProcess> server_;
    std::vector<std::unique_ptr<Person>> people_;
};

client::JwtSigner agent_signer();
client::JwtSigner customer_signer();
std::string read_test_data(const std::string& name);
// In two days at nine, UTC.
std::chrono::system_clock::time_point opening();
// A department's setting: hours that begin then, and end on the same day.
std::string hours_from(std::chrono::system_clock::time_point at, bool close_queue = false);
// A server with this tenant document of the test data.
client::ServerSettings with_tenant(const std::string& document);

}  // namespace switchboard::test

// A scenario in both encodings, each on a fresh server; in the world of README.md, or in that of another tenant document.
#define IN_BOTH_ENCODINGS(name) IN_BOTH_ENCODINGS_WITH("scenario_tenant.json", name)
#define IN_BOTH_ENCODINGS_WITH(document, name)                                                                           \
    static void name(switchboard::test::Stage& stage);                                                                   \
    TEST_CASE(#name " proto") {                                                                                          \
        switchboard::test::Stage stage(switchboard::test::Encoding::protobuf, switchboard::test::with_tenant(document)); \
        name(stage);                                                                                                     \
    }                                                                                                                    \
    TEST_CASE(#name " json") {                                                                                           \
        switchboard::test::Stage stage(switchboard::test::Encoding::json, switchboard::test::with_tenant(document));     \
        name(stage);                                                                                                     \
    }                                                                                                                    \
    static void name([[maybe_unused]] switchboard::test::Stage& stage)
