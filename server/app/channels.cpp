// SPDX-License-Identifier: Apache-2.0
#include "app/channels.hpp"

#include "app/model.hpp"
#include "app/tenants.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {
constexpr std::size_t page_size = 50;
constexpr Duration retry_read{500};
constexpr Duration shortest_pause{50};
constexpr unsigned longest_pause_doublings = 5;

// A hub that serves only customers of a conversation is not told of staff events: for customers the chain of `prev` counts.
bool is_next(bool staff, std::uint64_t cursor, std::uint64_t seq, std::uint64_t prev) { return staff ? seq == cursor + 1 : prev <= cursor; }
}  // namespace

Channels::Channel* Channels::find(const TenantId& tenant, std::string_view conversation) {
    const auto map = tenants_.find(tenant);
    if (map == tenants_.end()) return nullptr;
    const auto found = map->second.find(conversation);
    return found == map->second.end() ? nullptr : &found->second;
}

Channels::Spot Channels::find(const LocalSession& session, const ConversationId& conversation) {
    Channel* channel = find(session.tenant(), conversation.value);
    if (!channel) return {};
    for (auto& follower : channel->followers) {
        if (follower.session.get() == &session) return {channel, &follower};
    }
    return {};
}

Channels::Spot Channels::find(const Place& place) {
    const Spot spot = find(*place.session, ConversationId{place.conversation});
    return spot && spot.follower->ticket == place.ticket ? spot : Spot{};
}

void Channels::erase(const Place& place) {
    const auto map = tenants_.find(place.tenant);
    if (map == tenants_.end()) return;
    const auto channel = map->second.find(place.conversation);
    if (channel == map->second.end()) return;
    std::erase_if(channel->second.followers, [&](const Follower& follower) { return follower.session == place.session; });
    if (channel->second.followers.empty()) map->second.erase(channel);
    if (map->second.empty()) tenants_.erase(map);
}

void Channels::observe(Channel& channel, std::uint64_t seq, int body, std::string_view bytes) {
    channel.head = std::max(channel.head, seq);
    if (body == v1::Event::kClosedFieldNumber) channel.leave.reset();
    if (body != v1::Event::kAgentJoinedFieldNumber && body != v1::Event::kAgentLeftFieldNumber) return;
    v1::Event event;
    if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
    if (event.has_agent_left()) channel.leave = SeenLeave{event.agent_left().agent().id(), event.agent_left().reason()};
    // Whoever comes in the same step as the other one leaves says nothing about why that one left.
    if (channel.leave && event.has_agent_joined() && event.agent_joined().agent().id() == channel.leave->agent) channel.leave.reset();
}

ports::SendStatus Channels::deliver(Follower& follower, const EventHeader& header, ports::Audience audience, std::uint64_t seq,
                                    SharedFrame& frame) {
    follower.cursor = seq;
    follower.last_id = header.event_id;
    if (audience == ports::Audience::staff && !follower.session->staff()) return ports::SendStatus::queued;
    follower.visible = seq;
    context_.metrics.events_delivered.Increment();
    return follower.session->send(frame);
}

void Channels::on_event(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::uint64_t seq,
                        std::uint64_t prev, std::string_view bytes) {
    Channel* channel = find(tenant, conversation);
    if (!channel) return;
    const auto header = peek_event(bytes);
    if (!header) return log::error("hub.bad_event", {{"tenant", tenant.value}, {"conversation", conversation}});
    observe(*channel, seq, header->body, bytes);
    const auto age = context_.clock.now() - from_ms(static_cast<std::int64_t>(header->time_ms));
    context_.metrics.message_deliver_seconds.Observe(std::max(0.0, std::chrono::duration<double>(age).count()));
    auto frame = SharedFrame::of_event(conversation, bytes);
    for (auto& follower : channel->followers) {
        if (follower.behind) continue;
        if (follower.doubted || (seq == follower.cursor && header->event_id != follower.last_id)) {
            // The log may have lost its end, or has lost it and grown again: what this session has seen may be true no longer.
            verify(*follower.session, ConversationId{conversation});
        } else if (seq > follower.cursor) {
            if (is_next(follower.session->staff(), follower.cursor, seq, prev)) {
                deliver(follower, *header, audience, seq, frame);
            } else {
                context_.metrics.log_holes_repaired.Increment();
                follower.behind = true;
                read({tenant, std::string(conversation), follower.session, follower.ticket}, *channel, follower);
            }
        }
    }
}

void Channels::on_latest(const TenantId& tenant, std::string_view conversation, ports::Audience audience, std::string_view except,
                         std::string_view frame) {
    Channel* channel = find(tenant, conversation);
    if (!channel) return;
    auto shared = SharedFrame::of_raw(frame);
    for (auto& follower : channel->followers) {
        auto& session = *follower.session;
        if (session.congested() || session.identity().id.value == except) continue;
        if (audience == ports::Audience::staff && !session.staff()) continue;
        session.send(shared);
    }
}

void Channels::follow(const LocalSessionPtr& session, const ports::ConversationRecord& record, ResumeFrom from, bool announce) {
    if (const Spot known = find(*session, record.routing.id)) {
        if (!known.follower->last_word) return;
        // It comes back before the end of its former part was told.
        session->send(known.follower->last_word(nullptr));
        unfollow(*session, record.routing.id);
    }
    const Place place{session->tenant(), record.routing.id.value, session, ++tickets_};
    Channel& channel = tenants_[place.tenant][place.conversation];
    channel.head = std::max(channel.head, record.head_seq);
    Follower& follower = channel.followers.emplace_back();
    follower.session = session;
    follower.ticket = place.ticket;
    follower.behind = true;
    follower.announce = announce;
    follower.resuming = from.seq > 0;
    if (from.seq > 0 && (from.epoch != record.epoch || from.seq > record.head_seq)) {
        start_over(follower, record);
    } else {
        follower.cursor = from.seq;
        follower.visible = from.seq;
        follower.last_id = from.event_id;
        follower.check = from.seq > 0;
    }
    read(place, channel, follower);
}

void Channels::leave(const LocalSessionPtr& session, const ConversationId& conversation, LastWord last_word) {
    const Spot spot = find(*session, conversation);
    if (spot && spot.follower->behind) {
        spot.follower->last_word = std::move(last_word);
        return;
    }
    session->send(last_word(spot && spot.channel->leave ? &*spot.channel->leave : nullptr));
    unfollow(*session, conversation);
}

void Channels::unfollow(const LocalSession& session, const ConversationId& conversation) {
    if (const Spot spot = find(session, conversation)) erase({session.tenant(), conversation.value, spot.follower->session, 0});
}

void Channels::verify(const LocalSession& session, const ConversationId& conversation) {
    const Spot spot = find(session, conversation);
    if (!spot) return;
    auto& follower = *spot.follower;
    follower.behind = true;
    follower.doubted = true;
    if (!follower.reading) read({session.tenant(), conversation.value, follower.session, follower.ticket}, *spot.channel, follower);
}

void Channels::doubt_all() {
    for (auto& [tenant, map] : tenants_)
        for (auto& [conversation, channel] : map)
            for (auto& follower : channel.followers) follower.doubted = true;
}

std::optional<std::uint64_t> Channels::cursor(const LocalSession& session, const ConversationId& conversation) {
    const Spot spot = find(session, conversation);
    if (!spot) return std::nullopt;
    return spot.follower->cursor;
}

std::size_t Channels::size() const {
    std::size_t count = 0;
    for (const auto& [tenant, map] : tenants_) count += map.size();
    return count;
}

void Channels::read(const Place& place, Channel& channel, Follower& follower) {
    follower.reading = true;
    if (std::exchange(follower.doubted, false)) follower.check = follower.cursor > 0;
    follower.head_at_read = channel.head;
    const std::uint64_t after = follower.check ? follower.cursor - 1 : follower.cursor;
    context_.conversations.read_log(place.tenant, ConversationId{place.conversation}, after, page_size,
                                    [this, place](Result<ports::LogPage> result) { page(place, std::move(result)); });
}

void Channels::read_later(const Place& place, Duration delay) {
    auto timer = std::make_shared<Timer>(context_.executor);
    timer->expires_after(delay);
    timer->async_wait([this, place, timer](boost::system::error_code) {
        if (const Spot spot = find(place)) read(place, *spot.channel, *spot.follower);
    });
}

void Channels::page(const Place& place, Result<ports::LogPage> result) {
    const Spot spot = find(place);
    if (!spot) return;
    if (!place.session->open()) return erase(place);
    auto& [channel, follower] = spot;
    if (result.has_error()) {
        if (result.error().code == ErrorCode::not_found) return lost(place, *channel, *follower);
        return read_later(place, retry_read);
    }
    if (follower->doubted) return read(place, *channel, *follower);  // asked for before the doubt, maybe of another log
    if (follower->check && !passes_check(*follower, *result)) return gap(place, *follower);
    if (!take(place, *channel, *follower, *result)) return;
    if (!result->more && follower->cursor < follower->head_at_read) shrunk(place, *channel, follower->cursor);
    if (result->more || follower->cursor < channel->head) return read(place, *channel, *follower);
    finish(place, *channel, *follower);
}

bool Channels::passes_check(Follower& follower, const ports::LogPage& page) {
    if (page.entries.empty() || page.entries.front().seq != follower.cursor || page.entries.front().event_id != follower.last_id) return false;
    follower.check = false;
    return true;
}

// False: the client reads slowly, and the rest is read again later.
bool Channels::take(const Place& place, Channel& channel, Follower& follower, const ports::LogPage& page) {
    for (const auto& entry : page.entries) {
        if (entry.seq <= follower.cursor) continue;
        const auto header = peek_event(entry.bytes);
        observe(channel, entry.seq, header ? header->body : 0, entry.bytes);
        auto frame = SharedFrame::of_event(place.conversation, entry.bytes);
        const auto status = deliver(follower, {entry.event_id, 0, 0}, entry.audience, entry.seq, frame);
        if (status == ports::SendStatus::closed) return false;
        if (status == ports::SendStatus::congested) {
            read_later(place, shortest_pause * (1U << std::min(follower.pauses++, longest_pause_doublings)));
            return false;
        }
    }
    follower.pauses = 0;
    return true;
}

void Channels::finish(const Place& place, Channel& channel, Follower& follower) {
    follower.reading = false;
    follower.behind = false;
    if (std::exchange(follower.resuming, false)) context_.metrics.resumes("ok").Increment();
    if (std::exchange(follower.announce, false)) {
        v1::ServerFrame frame;
        frame.mutable_resumed()->set_conversation_id(place.conversation);
        frame.mutable_resumed()->set_head_seq(follower.visible);
        follower.session->send(frame);
    }
    if (!follower.last_word) return;
    follower.session->send(follower.last_word(channel.leave ? &*channel.leave : nullptr));
    erase(place);
}

void Channels::start_over(Follower& follower, const ports::ConversationRecord& record) {
    follower.cursor = follower.visible = follower.last_id = 0;
    follower.check = false;
    follower.announce = true;
    if (std::exchange(follower.resuming, false)) context_.metrics.resumes("gap").Increment();
    const auto config = context_.tenants.cached(follower.session->tenant());
    v1::ServerFrame frame;
    *frame.mutable_resume_gap()->mutable_snapshot() = seen_by(follower.session->identity().role, record, config.get());
    follower.session->send(frame);
}

void Channels::gap(const Place& place, Follower& follower) {
    log::warn("hub.gap", {{"tenant", place.tenant.value}, {"conversation", place.conversation}, {"seq", follower.cursor}});
    context_.conversations.load(place.tenant, ConversationId{place.conversation},
                                [this, place](Result<ports::ConversationRecord> result) { snapshot(place, std::move(result)); });
}

void Channels::snapshot(const Place& place, Result<ports::ConversationRecord> result) {
    const Spot spot = find(place);
    if (!spot) return;
    if (!place.session->open()) return erase(place);
    auto& [channel, follower] = spot;
    if (result.has_error()) {
        if (result.error().code == ErrorCode::not_found) return lost(place, *channel, *follower);
        return read_later(place, retry_read);
    }
    start_over(*follower, *result);
    read(place, *channel, *follower);
}

// The log is gone with its conversation: nothing can be replayed, and that is told.
void Channels::lost(const Place& place, Channel& channel, Follower& follower) {
    v1::ServerFrame frame;
    auto* snapshot = frame.mutable_resume_gap()->mutable_snapshot();
    snapshot->set_id(place.conversation);
    snapshot->set_status(v1::CLOSED);
    follower.session->send(frame);
    if (follower.resuming) context_.metrics.resumes("expired").Increment();
    if (follower.last_word) follower.session->send(follower.last_word(channel.leave ? &*channel.leave : nullptr));
    erase(place);
}

// The log ends before an event that was seen: Redis lost its newest writes. Whoever has got further must be told.
void Channels::shrunk(const Place& place, Channel& channel, std::uint64_t head) {
    channel.head = head;
    for (auto& follower : channel.followers) {
        if (follower.cursor > head && follower.session != place.session) verify(*follower.session, ConversationId{place.conversation});
    }
}

}  // namespace switchboard::app
