// SPDX-License-Identifier: Apache-2.0
// Who of this shard follows which conversation, and how far each has come. Every follower has a cursor into the log; an event that
// is the next one is sent, an older one is dropped, and for anything else the follower catches up from the log until it meets the
// newest event known - so a hole, a resume, joining late and a slow bus are one mechanism. What cannot be replayed is told
// as ResumeGap. Thread: its shard.
#pragma once

#include "app/context.hpp"
#include "app/local_session.hpp"
#include "ports/event.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace switchboard::app {

// The last event that a client has processed; seq 0: nothing yet.
struct ResumeFrom {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::uint64_t event_id = 0;
};

// The last AgentLeft that was seen in a conversation.
struct SeenLeave {
    std::string agent;
    int reason = 0;  // proto LeaveReason
};

// Makes the frame that ends a session's following; null: no AgentLeft was seen.
using LastWord = std::function<v1::ServerFrame(const SeenLeave*)>;

// Lets an unordered_map with string keys be searched by string_view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

class Channels {
public:
    // Only keeps the reference: the context may still be under construction.
    explicit Channels(Context& context) : context_(context) {}

    void on_event(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::uint64_t seq, std::uint64_t prev,
                  std::string_view bytes);
    void on_latest(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::string_view except,
                   std::string_view frame);

    // From now on the session gets the log after `from`, then everything new. The endpoint must be registered before.
    // `announce`: the end of the replay is told with Resumed. Following what it follows already changes nothing.
    void follow(const LocalSessionPtr& session, const ports::ConversationRecord& record, ResumeFrom from, bool announce);
    // `last_word` is sent after what the session is still missing; nothing follows.
    void leave(const LocalSessionPtr& session, const ConversationId& conversation, LastWord last_word);
    void unfollow(const LocalSession& session, const ConversationId& conversation);
    // Anything may have been missed or lost: compares with the log what this session has got.
    void verify(const LocalSession& session, const ConversationId& conversation);

    // The same for everybody, for each when something new comes: nothing is built on what has not been compared.
    void doubt_all();

    // How far the session has got in the log; nullopt: it does not follow.
    std::optional<std::uint64_t> cursor(const LocalSession& session, const ConversationId& conversation);
    std::size_t size() const;

private:
    struct Follower {
        LocalSessionPtr session;
        std::uint64_t ticket = 0;   // tells this following from an earlier one of the same session
        std::uint64_t cursor = 0;   // last seq taken from the log, whatever its audience
        std::uint64_t last_id = 0;  // the event at `cursor`
        std::uint64_t visible = 0;  // last seq that this session may see
        std::uint64_t head_at_read = 0;
        bool behind = false;        // catching up; live events only move the head
        bool reading = false;
        bool check = false;         // the log must have `last_id` at `cursor`
        bool doubted = false;       // the next read checks; until then nothing live is handed out
        bool announce = false;
        bool resuming = false;      // how it goes on after what its client had is not known yet
        unsigned pauses = 0;        // waits in a row because the client reads slowly
        LastWord last_word;
    };
    struct Channel {
        std::uint64_t head = 0;     // the newest seq known
        std::vector<Follower> followers;
        std::optional<SeenLeave> leave;
    };
    // What a callback needs to find its way back: everything may have changed meanwhile.
    struct Place {
        TenantId tenant;
        std::string conversation;
        LocalSessionPtr session;
        std::uint64_t ticket = 0;
    };
    struct Spot {
        Channel* channel = nullptr;
        Follower* follower = nullptr;
        explicit operator bool() const { return follower != nullptr; }
    };

    Spot find(const Place& place);
    Spot find(const LocalSession& session, const ConversationId& conversation);
    Channel* find(const TenantId& tenant, std::string_view conversation);
    void erase(const Place& place);

    static void observe(Channel& channel, std::uint64_t seq, int body, std::string_view bytes);
    ports::SendStatus deliver(Follower& follower, const EventHeader& header, ports::Audience audience, std::uint64_t seq, SharedFrame& frame);
    void read(const Place& place, Channel& channel, Follower& follower);
    void read_later(const Place& place, Duration delay);
    void page(const Place& place, Result<ports::LogPage> result);
    static bool passes_check(Follower& follower, const ports::LogPage& page);
    bool take(const Place& place, Channel& channel, Follower& follower, const ports::LogPage& page);
    void finish(const Place& place, Channel& channel, Follower& follower);
    void start_over(Follower& follower, const ports::ConversationRecord& record);
    void gap(const Place& place, Follower& follower);
    void snapshot(const Place& place, Result<ports::ConversationRecord> result);
    void lost(const Place& place, Channel& channel, Follower& follower);
    void shrunk(const Place& place, Channel& channel, std::uint64_t head);

    Context& context_;
    std::unordered_map<TenantId, TextMap<Channel>> tenants_;
    std::uint64_t tickets_ = 0;
};

}  // namespace switchboard::app
