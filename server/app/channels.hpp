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

    void on_event(const TenantId& tenant, std::string_view conversation, std::uint64_t seq, std::string_view bytes);
    void on_latest(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::string_view except,
                   std::string_view frame);

    // From now on the session gets the log after `from`, then everything new. The endpoint must be registered before.
    // `announce`: the end of the replay is told with Resumed. Following what it follows already changes nothing.
    void follow(const LocalSessionPtr& session, const ports::ConversationRecord& record, ResumeFrom from, bool announce);
    // `last_word` is sent after what the session is still missing; nothing follows.
    void leave(const LocalSessionPtr& session, const ConversationId& conversation, std::function<v1::ServerFrame(const SeenLeave*)> last_word);
    void unfollow(const LocalSession& session, const ConversationId& conversation);
    // Anything may have been missed or lost: compares with the log what this session has got.
    void verify(const LocalSession& session, const ConversationId& conversation);

    // The last seq that the session has processed or skipped; nullopt: it does not follow.
    std::optional<std::uint64_t> cursor(const LocalSession& session, const ConversationId& conversation) const;
    std::size_t size() const;

private:
    struct Follower {
        LocalSessionPtr session;
        std::uint64_t cursor = 0;    // last seq taken from the log, whatever its audience
        std::uint64_t visible = 0;   // last seq that this session may see
        std::uint64_t check_id = 0;  // not 0: the log must have this event at `cursor`
        bool behind = false;         // catching up; live events only move the head
        bool reading = false;
        bool announce = false;
        bool repairing = false;      // it was live before: counts as a hole
        unsigned pauses = 0;         // waits in a row because the client reads slowly
        std::function<v1::ServerFrame(const SeenLeave*)> last_word;
    };
    struct Channel {
        std::uint64_t head = 0;
        std::uint64_t head_id = 0;
        std::vector<Follower> followers;
        std::optional<SeenLeave> leave;
    };
    using Map = TextMap<Channel>;

    Channel* find(const TenantId& tenant, std::string_view conversation);
    Follower* find(const TenantId& tenant, std::string_view conversation, const LocalSession& session);
    void erase(const TenantId& tenant, std::string_view conversation, const LocalSession& session);

    void observe(Channel& channel, std::uint64_t seq, std::uint64_t id, int body, std::string_view bytes);
    ports::SendStatus deliver(Follower& follower, std::uint64_t seq, ports::Audience audience, SharedFrame& frame);
    void fall_behind(const TenantId& tenant, const std::string& conversation, Follower& follower);
    void read(const TenantId& tenant, const std::string& conversation, Follower& follower);
    void read_again_later(const TenantId& tenant, const std::string& conversation, const LocalSessionPtr& session, Duration delay);
    void page(const TenantId& tenant, const std::string& conversation, const LocalSessionPtr& session, Result<ports::LogPage> result);
    bool passes_check(Follower& follower, const ports::LogPage& page);
    bool take(Channel& channel, Follower& follower, const std::string& conversation, const ports::LogPage& page);
    void finish(const TenantId& tenant, const std::string& conversation, Channel& channel, Follower& follower);
    void gap(const TenantId& tenant, const std::string& conversation, Follower& follower);
    void snapshot(const TenantId& tenant, const std::string& conversation, const LocalSessionPtr& session,
                  Result<ports::ConversationRecord> result);
    void lost(const TenantId& tenant, const std::string& conversation, const LocalSessionPtr& session);
    void diverged(const TenantId& tenant, const std::string& conversation, Channel& channel);

    Context& context_;
    std::unordered_map<TenantId, Map> tenants_;
};

}  // namespace switchboard::app
