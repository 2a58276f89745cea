// SPDX-License-Identifier: Apache-2.0
// One client of a Switchboard server: a customer or an agent, by its credential. Keeps itself connected, resumes where it was,
// sends every message exactly once and hands out every event exactly once, in order, whatever happens to the connection.
// Commands are idempotent on the server, so an unanswered one is sent again after a reconnection.
// Thread: its io_context. Create it with std::make_shared; it ends with stop(), abandon() or its last reference.
#pragma once

#include "base/task.hpp"
#include "switchboard_client/address.hpp"
#include "switchboard_client/backoff.hpp"
#include "switchboard_client/event_stream.hpp"
#include "switchboard_client/frame_codec.hpp"
#include "switchboard_client/link.hpp"
#include "switchboard_client/listener.hpp"
#include "switchboard_client/send_queue.hpp"
#include "switchboard_client/trace.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace switchboard::client {

struct Credential {
    enum class Kind { visitor, customer_jwt, agent_token };
    Kind kind = Kind::visitor;
    std::string token;  // visitor: empty for a new one
};

struct ClientOptions {
    ServerAddress server;
    Encoding encoding = Encoding::protobuf;
    std::string site = "demo";
    Credential credential;
    std::string program = "switchboard-cpp/" SWITCHBOARD_VERSION;
    std::uint64_t instance = 0;  // 0: random
    bool reconnect = true;
    Duration backoff_base{250};
    Duration backoff_limit{10'000};
    Duration welcome_within{10'000};  // from connect to Welcome
    std::size_t window = 64;          // messages in flight per conversation
    ClientTrace* trace = nullptr;     // outlives the client
};

// The answer to a command: body error() or what the command is answered with.
using Reply = std::function<void(const v1::ServerFrame&)>;

// What becomes of a command that was refused for a time or whose connection broke before the answer.
enum class Repeat { until_answered, never };

class Client : public std::enable_shared_from_this<Client>, private LinkOwner {
public:
    Client(Executor executor, ClientOptions options, ClientListener& listener);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start();
    // Says goodbye and does not come back; the listener hears on_disconnected(final).
    void stop();
    // The process dies, as it were: the connection is reset, nothing is said, the listener hears nothing more.
    void abandon();
    // The network fails: the connection is reset, and the client notices and comes back as after any failure.
    void cut();
    // A client that hangs: what the server sends stays where it is. For tests of what that costs.
    void stop_reading();
    // While held it does not connect again: a network that stays away. hold(false) connects at once.
    void hold(bool away);
    // Where it connects from the next time on.
    void set_server(ServerAddress server) { options_.server = std::move(server); }

    bool ready() const { return state_ == State::ready; }
    std::uint64_t instance() const { return options_.instance; }
    const v1::Participant& self() const { return self_; }
    const std::string& visitor_token() const { return options_.credential.token; }
    const v1::Limits& limits() const { return limits_; }

    // ---- customers
    void start_conversation(v1::StartConversation command, Reply reply = {});
    void leave_queue(const std::string& conversation, Reply reply = {});
    void end_conversation(const std::string& conversation, Reply reply = {});
    void rate(const std::string& conversation, unsigned score, const std::string& comment, Reply reply = {});

    // ---- both sides
    // Kept until it is acknowledged or refused; the listener hears which. Returns false when the conversation is not known.
    bool send_text(const std::string& conversation, std::string text);
    void set_typing(const std::string& conversation, bool typing);
    void advance_horizons(const std::string& conversation, std::uint64_t delivered_seq, std::uint64_t read_seq);

    // ---- agents
    void set_agent_state(v1::AgentState state, const std::string& reason, Reply reply = {});
    void accept(const v1::Offer& offer, Reply reply = {});
    void decline(const v1::Offer& offer, const std::string& reason, Reply reply = {});
    bool send_note(const std::string& conversation, std::string text);
    // The assign_epoch is filled in where it is 0.
    void transfer(v1::TransferConversation command, Reply reply = {});
    void close_conversation(v1::CloseConversation command, Reply reply = {});
    void finish_wrap_up(v1::FinishWrapUp command, Reply reply = {});

    // Any command, as it is.
    void request(v1::ClientFrame frame, Reply reply, Repeat repeat = Repeat::never);
    // As request(), but without an answer other than on_error.
    void tell(v1::ClientFrame frame);

    // ---- what is known of a conversation
    std::uint64_t last_seq(const std::string& conversation) const;
    std::uint64_t assign_epoch(const std::string& conversation) const;
    std::size_t unacknowledged(const std::string& conversation) const;
    // How often the log had to be read because of a hole; how many events arrived more than once.
    std::uint64_t holes() const { return holes_; }
    std::uint64_t repeated_events() const;
    // Forgets a conversation that is over.
    void forget(const std::string& conversation) { tracked_.erase(conversation); }
    // Replaces what Hello will say about a conversation, for tests of ResumeGap.
    void override_resume_point(v1::ResumePoint point);

private:
    enum class State { idle, waiting, connecting, ready, stopping, stopped };

    struct Tracked {
        explicit Tracked(bool staff) : stream(staff) {}
        EventStream stream;
        SendQueue queue;
        std::uint64_t epoch = 0;
        std::uint64_t assign_epoch = 0;
        bool reading = false;        // a ReadLog is under way
        bool paused = false;         // the queue waits for the retry timer
        bool over = false;           // closed, released or no longer consulted: not resumed any more
    };
    struct Pending {
        v1::ClientFrame frame;
        Reply reply;
        Repeat repeat = Repeat::never;
        bool postponed = false;  // refused for a time
    };
    struct SentMessage {
        std::string conversation;
        std::uint64_t message = 0;
        std::uint32_t attempt = 0;
    };

    // client_connection.cpp: being connected
    void link_opened() override;
    void link_received(std::string_view message) override;
    void link_ended(const LinkEnd& end) override;
    void connect();
    void schedule_connect(Duration delay);
    void lose_connection(std::uint16_t code, const std::string& text);
    void say_hello();
    void arm_heartbeat();
    void heartbeat();
    void forget_unanswered(bool final);
    void handle_welcome(const v1::Welcome& welcome);
    void resend_commands(bool all);

    // client_frames.cpp: what arrives
    void handle(const v1::ServerFrame& frame);
    void handle_reply(const v1::ServerFrame& frame);
    void handle_push(const v1::ServerFrame& frame);
    void handle_message_reply(const SentMessage& sent, const v1::ServerFrame& frame);
    void handle_message_error(const SentMessage& sent, const v1::Error& error);
    void give_up(const std::string& conversation, const std::vector<OutgoingMessage>& messages, const v1::Error& error);
    void handle_event(const std::string& conversation, const v1::Event& event);
    void handle_resumed(const v1::Resumed& resumed);
    void handle_gap(const v1::ResumeGap& gap);
    void handle_assigned(const v1::Conversation& conversation);
    void handle_released(const std::string& conversation, v1::LeaveReason reason);
    void handle_consult_ended(const std::string& conversation);
    void handle_opened(const v1::StartConversation& command, const v1::ConversationOpened& opened);
    void note_event(Tracked& tracked, const v1::Event& event);

    // client.cpp
    Tracked& track(const v1::Conversation& conversation);
    Tracked& track(const std::string& conversation);
    void stop_following(const std::string& conversation);
    Tracked* find(const std::string& conversation);
    const Tracked* find(const std::string& conversation) const;
    bool queue_message(const std::string& conversation, std::string text, bool note);
    void flush_queue(const std::string& conversation, Tracked& tracked);
    void read_log(const std::string& conversation, Tracked& tracked);
    void handle_log(const std::string& conversation, const v1::ServerFrame& frame);
    void fail_later(Reply reply, const char* message);
    void retry_later(std::uint32_t after_ms);
    void retry();
    void send_frame(const v1::ClientFrame& frame);
    bool staff() const { return options_.credential.kind == Credential::Kind::agent_token; }

    Executor executor_;
    ClientOptions options_;
    ClientListener* listener_;
    std::unique_ptr<Link> link_;
    State state_ = State::idle;
    bool held_ = false;
    Backoff backoff_;
    Timer timer_;        // the next connection, the deadline of Welcome or the heartbeat
    Timer retry_timer_;  // what was refused for a time
    bool retry_armed_ = false;
    std::chrono::steady_clock::time_point last_received_;
    std::chrono::steady_clock::time_point last_sent_;
    Duration heartbeat_{25'000};
    Duration reconnect_hint_{0};

    v1::Participant self_;
    v1::Limits limits_;
    std::uint32_t next_request_ = 1;
    std::map<std::uint32_t, Pending> requests_;  // ordered: resent in the order given
    std::unordered_map<std::uint32_t, SentMessage> sends_;
    std::unordered_map<std::string, Tracked> tracked_;
    std::map<std::string, v1::ResumePoint> overridden_;
    std::uint64_t holes_ = 0;
    std::uint64_t old_repeats_ = 0;
};

}  // namespace switchboard::client
