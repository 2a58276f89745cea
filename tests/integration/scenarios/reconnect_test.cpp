// SPDX-License-Identifier: Apache-2.0
// Scenarios 3: reconnecting. The steps stand in README.md.
#include "support/scenario.hpp"

#include <doctest/doctest.h>

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace switchboard::test;

namespace {

using Texts = std::vector<std::string>;

// Both have it: the sender sees its own text come back the way everyone else does.
void say_and_hear(Stage& stage, const Talk& talk, const std::string& text) {
    const auto ends_with = [&](Person* person, const std::string& last) {
        const Texts texts = person->texts(talk.id);
        return !texts.empty() && texts.back() == last;
    };
    const auto both_end_with = [&](const std::string& last) { return ends_with(talk.agent, last) && ends_with(talk.customer, last); };
    (*talk.customer)->send_text(talk.id, text + " (customer)");
    stage.until("the customer's text arrives", [&] { return both_end_with(text + " (customer)"); });
    (*talk.agent)->send_text(talk.id, text + " (agent)");
    stage.until("the agent's text arrives", [&] { return both_end_with(text + " (agent)"); });
}

// The newest append-only file of the server's Redis ends before this text.
void cut_log_before(Stage& stage, const std::string& text) {
    namespace fs = std::filesystem;
    for (const auto& entry : fs::recursive_directory_iterator(stage.server().data_dir())) {
        if (!entry.path().string().ends_with(".incr.aof")) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string all(std::istreambuf_iterator<char>(file), {});
        const std::size_t at = all.find(text);
        if (at == std::string::npos) continue;
        fs::resize_file(entry.path(), at);
        return;
    }
    FAIL("no append-only file has \"" << text << '"');
}

void restart(Stage& stage) {
    const auto launched = stage.server().launch();
    REQUIRE(launched.has_value());
}

}  // namespace

IN_BOTH_ENCODINGS(resume_customer) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    (*talk.customer)->hold(true);
    (*talk.customer)->cut();
    for (const char* text : {"one", "two", "three"}) (*talk.agent)->send_text(talk.id, text);
    (*talk.agent)->send_note(talk.id, "gone?");
    stage.until("anna has said it", [&] { return talk.agent->acknowledged.size() == 5; });
    (*talk.customer)->hold(false);
    stage.until("the customer has it", [&] { return talk.customer->texts(talk.id).size() == 5; });
    CHECK(talk.customer->texts(talk.id) == Texts{"before (customer)", "before (agent)", "one", "two", "three"});
    CHECK(talk.customer->notes(talk.id).empty());
    CHECK(talk.customer->resets.empty());
    CHECK(talk.customer->welcomes.size() == 2);
    say_and_hear(stage, talk, "after");
}

IN_BOTH_ENCODINGS(resume_agent) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    (*talk.agent)->hold(true);
    (*talk.agent)->cut();
    for (const char* text : {"one", "two", "three"}) (*talk.customer)->send_text(talk.id, text);
    stage.until("the customer has said it", [&] { return talk.customer->acknowledged.size() == 4; });
    (*talk.agent)->hold(false);
    stage.until("anna has it", [&] { return talk.agent->texts(talk.id).size() == 5; });
    CHECK(talk.agent->texts(talk.id) == Texts{"before (customer)", "before (agent)", "one", "two", "three"});
    CHECK(talk.agent->resets.empty());
    CHECK(talk.agent->holds(talk.id));
    say_and_hear(stage, talk, "after");
}

IN_BOTH_ENCODINGS(unsent_queue) {
    const Talk talk = stage.talk();
    (*talk.customer)->hold(true);
    (*talk.customer)->cut();
    const Texts said{"1", "2", "3", "4", "5"};
    for (const std::string& text : said) (*talk.customer)->send_text(talk.id, text);
    CHECK((*talk.customer)->unacknowledged(talk.id) == 5);
    (*talk.customer)->hold(false);
    stage.until("anna has them", [&] { return talk.agent->texts(talk.id).size() >= 5; });
    stage.until("the customer sees them", [&] { return talk.customer->texts(talk.id).size() >= 5; });
    CHECK(talk.agent->texts(talk.id) == said);
    CHECK(talk.customer->texts(talk.id) == said);
    CHECK((*talk.customer)->unacknowledged(talk.id) == 0);
}

IN_BOTH_ENCODINGS(resume_over_restart) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    const std::size_t customer_welcomes = talk.customer->welcomes.size(), agent_welcomes = talk.agent->welcomes.size();
    stage.server().kill();
    stage.until("both notice", [&] { return !(*talk.customer)->ready() && !(*talk.agent)->ready(); });
    (*talk.customer)->send_text(talk.id, "are you there?");
    restart(stage);
    stage.until("both are back", [&] {
        return talk.customer->welcomes.size() > customer_welcomes && talk.agent->welcomes.size() > agent_welcomes;
    }, 60);
    stage.until("what was written meanwhile arrives", [&] { return talk.agent->texts(talk.id).size() == 3; });
    say_and_hear(stage, talk, "after");
    CHECK(talk.agent->texts(talk.id) == talk.customer->texts(talk.id));
    CHECK(talk.customer->texts(talk.id) ==
          Texts{"before (customer)", "before (agent)", "are you there?", "after (customer)", "after (agent)"});
    CHECK(talk.customer->resets.empty());
    CHECK(talk.agent->resets.empty());
}

IN_BOTH_ENCODINGS(resume_over_a_cut_log) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    say_and_hear(stage, talk, "gone for ever");
    const pid_t redis = stage.server().redis_pid();
    stage.server().kill();
    stage.until("its Redis has ended", [&] { return ::kill(redis, 0) != 0; });
    cut_log_before(stage, "gone for ever (customer)");
    restart(stage);
    // What was acknowledged is lost: no disk may do that. But nobody is left with what the others do not have.
    stage.until("both are told", [&] { return talk.customer->resets.size() == 1 && talk.agent->resets.size() == 1; }, 60);
    say_and_hear(stage, talk, "after");
    CHECK(talk.agent->texts(talk.id) == talk.customer->texts(talk.id));
    CHECK(talk.customer->texts(talk.id) == Texts{"before (customer)", "before (agent)", "after (customer)", "after (agent)"});
    CHECK(stage.server().log_tail().find("redis.log_cut") != std::string::npos);
}

IN_BOTH_ENCODINGS(resume_over_redis_kill) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    const pid_t redis = stage.server().redis_pid();
    REQUIRE(redis > 0);
    stage.server().kill_redis();
    stage.until("another Redis runs", [&] { return stage.server().redis_pid() != 0 && stage.server().redis_pid() != redis; }, 30);
    (*talk.customer)->send_text(talk.id, "still there?");
    stage.until("it arrives", [&] { return talk.agent->texts(talk.id).size() == 3; }, 30);
    say_and_hear(stage, talk, "after");
    CHECK(talk.agent->texts(talk.id) == talk.customer->texts(talk.id));
    CHECK(talk.agent->texts(talk.id).size() == 5);
}

IN_BOTH_ENCODINGS(resume_on_second_node) {
    switchboard::client::ServerSettings settings;
    settings.program = server_program();
    settings.flags = {"--redis-url", "unix://" + stage.server().redis_socket(), "--token-secret-file",
                      stage.server().data_dir() + "/secret"};
    ServerProcess second(std::move(settings));
    const auto started = second.start();
    REQUIRE_MESSAGE(started.has_value(), (started.has_error() ? started.error().message : ""));

    switchboard::client::ClientOptions options = stage.options();
    options.server = second.address();
    Person& customer = stage.add(options);
    customer->start();
    const Talk talk = stage.talk(customer, stage.agent("anna"));
    say_and_hear(stage, talk, "across");
    customer->set_server(stage.server().address());
    second.kill();
    stage.until("he is on the other one", [&] { return customer.welcomes.size() == 2; });
    say_and_hear(stage, talk, "together");
    CHECK(customer.texts(talk.id) == talk.agent->texts(talk.id));
    CHECK(customer.texts(talk.id).size() == 4);
    CHECK(customer.resets.empty());
}

IN_BOTH_ENCODINGS(resume_gap) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    Person& customer = *talk.customer;
    const auto& stream = customer.stream(talk.id);
    const std::size_t length = stream.size();
    const std::uint64_t epoch = customer.welcomes.back().conversations_size() ? customer.welcomes.back().conversations(0).epoch() : 0;
    v1::ResumePoint wrong;
    wrong.set_conversation_id(talk.id);
    wrong.set_epoch(epoch + 1);
    wrong.set_seq(stream.back().seq());
    wrong.set_event_id(stream.back().event_id());

    v1::ResumePoint beyond = wrong;
    beyond.set_seq(stream.back().seq() + 100);
    v1::ResumePoint other_event = wrong;
    other_event.set_event_id(stream.front().event_id());
    std::size_t round = 0;
    for (v1::ResumePoint point : {wrong, beyond, other_event}) {
        // The first one differs by its epoch, the others must differ by nothing else.
        if (round > 0) {
            REQUIRE(customer.welcomes.back().conversations_size() == 1);
            point.set_epoch(customer.welcomes.back().conversations(0).epoch());
        }
        ++round;
        customer->override_resume_point(point);
        customer->cut();
        stage.until("the gap is told", [&] { return customer.resets.size() == round; });
        stage.until("the whole log follows", [&] { return customer.stream(talk.id).size() == length; });
        CHECK(customer.stream(talk.id).front().prev() == 0);
    }
    say_and_hear(stage, talk, "after");
}

IN_BOTH_ENCODINGS(waiting_over_restart) {
    Person &first = stage.customer(), &second = stage.customer();
    const std::string one = stage.start(first, "billing", "invoice");
    stage.until("place 1", [&] { return first.position() == 1; });
    stage.start(second, "billing", "invoice");
    stage.until("place 2", [&] { return second.position() == 2; });
    stage.server().kill();
    stage.until("both notice", [&] { return !first->ready() && !second->ready(); });
    first.positions.clear();
    second.positions.clear();
    restart(stage);
    stage.until("both wait as before", [&] { return first.position() == 1 && second.position() == 2; }, 60);
    Person& ben = stage.agent("ben");
    stage.until("ben is asked", [&] { return !ben.offers.empty(); }, 30);
    CHECK(ben.offers.front().conversation().id() == one);
}

IN_BOTH_ENCODINGS(graceful_restart) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    REQUIRE(::kill(stage.server().pid(), SIGTERM) == 0);
    stage.until("both are sent away", [&] { return !talk.customer->disconnects.empty() && !talk.agent->disconnects.empty(); }, 30);
    CHECK(talk.customer->disconnects.front().code == v1::SERVICE_RESTART);
    CHECK(talk.agent->disconnects.front().code == v1::SERVICE_RESTART);
    // When somebody is sent away is spread already: nobody is kept away for a second time.
    CHECK(talk.customer->disconnects.front().retry_in < switchboard::Duration{310});
    CHECK(talk.agent->disconnects.front().retry_in < switchboard::Duration{310});
    stage.until("the server has ended", [&] { return !stage.server().running(); }, 30);
    restart(stage);
    stage.until("both are back", [&] { return (*talk.customer)->ready() && (*talk.agent)->ready(); }, 60);
    say_and_hear(stage, talk, "after");
    CHECK(talk.agent->texts(talk.id) == talk.customer->texts(talk.id));
    CHECK(talk.agent->texts(talk.id).size() == 4);
}

IN_BOTH_ENCODINGS(new_process_reads_history) {
    const Talk talk = stage.talk();
    say_and_hear(stage, talk, "before");
    const std::vector<v1::Event> known = talk.customer->stream(talk.id);
    Person& reborn = stage.customer((*talk.customer)->visitor_token());
    REQUIRE(reborn.welcomes.back().conversations_size() == 1);
    CHECK(reborn.welcomes.back().conversations(0).id() == talk.id);
    stage.until("the log", [&] { return reborn.stream(talk.id).size() >= known.size(); });
    REQUIRE(reborn.stream(talk.id).size() == known.size());
    for (std::size_t i = 0; i < known.size(); ++i) CHECK(reborn.stream(talk.id)[i].event_id() == known[i].event_id());
    CHECK(reborn->repeated_events() == 0);
}
