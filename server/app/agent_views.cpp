// SPDX-License-Identifier: Apache-2.0
#include "app/agent_views.hpp"

#include "app/hub.hpp"
#include "app/model.hpp"
#include "app/tenants.hpp"

#include <algorithm>

namespace switchboard::app {

namespace {

using domain::ConversationStatus;
using Record = ports::ConversationRecord;

constexpr std::size_t remembered = 32;
constexpr Duration retry_load{500};
// The router's clock may be ahead of this one by so much.
constexpr Duration clock_tolerance{100};

bool offered(const Record* record) { return record && record->routing.status == ConversationStatus::offered; }
bool owned(const Record* record) {
    return record && (record->routing.status == ConversationStatus::active || record->routing.status == ConversationStatus::wrap_up);
}
bool same_offer(const Record* a, const Record* b) { return offered(a) && offered(b) && a->routing.offer == b->routing.offer; }
bool same_ownership(const Record* a, const Record* b) {
    return owned(a) && owned(b) && a->routing.assign_epoch == b->routing.assign_epoch;
}

const Record* find_record(const std::vector<Record>& records, const ConversationId& id) {
    const auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) { return record.routing.id == id; });
    return found == records.end() ? nullptr : &*found;
}

template <class T>
void remember(std::deque<T>& list, const T& value) {
    list.push_back(value);
    if (list.size() > remembered) list.pop_front();
}

template <class T>
bool contains(const std::deque<T>& list, const T& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

AgentViews::View* AgentViews::find(const TenantId& tenant, std::string_view agent) {
    const auto found = views_.find(Key{tenant.value, std::string(agent)});
    return found == views_.end() ? nullptr : &found->second;
}

const AgentViews::View* AgentViews::find(const LocalSession& session) const {
    const auto found = views_.find(Key{session.tenant().value, session.identity().person});
    return found == views_.end() ? nullptr : &found->second;
}

ports::AgentSession AgentViews::stored(const LocalSession& session) const {
    return {session.agent(), session.identity().id, context_.incarnation, context_.bus.endpoint()};
}

void AgentViews::sign_in(const LocalSessionPtr& session, Callback<ports::AgentSnapshot> welcome) {
    // The view must exist before the answer: a change right after the opening is announced to this endpoint already.
    ++views_[Key{session->tenant().value, session->identity().person}].opening;
    context_.routing.open_agent_session(session->tenant(), stored(*session),
                                        [this, session, welcome = std::move(welcome)](Result<ports::AgentSnapshot> result) {
                                            opened(session, std::move(result), welcome);
                                        });
}

void AgentViews::opened(const LocalSessionPtr& session, Result<ports::AgentSnapshot> result,
                        const Callback<ports::AgentSnapshot>& welcome) {
    const auto& tenant = session->tenant();
    View& view = *find(tenant, session->identity().person);
    --view.opening;
    // It left meanwhile: nobody would sign it out again.
    if (result.has_value() && !session->open()) {
        close_in_store(*session);
        result = Error{ErrorCode::unavailable, "the session is gone"};
    }
    if (result.has_error()) {
        welcome(result.error());
        return forget_if_unused(tenant, session->identity().person);
    }
    apply(tenant, view, std::move(*result));
    view.sessions.push_back(session);
    // A load in flight may have looked before this answer did.
    if (view.loading) {
        view.again = true;
    } else if (std::exchange(view.again, false)) {
        load(tenant, session->agent());
    }
    welcome(view.last);
}

void AgentViews::sign_out(const LocalSession& session) {
    const auto agent = session.identity().person;
    if (View* view = find(session.tenant(), agent)) {
        for (const auto& record : view->last.conversations) channels_.unfollow(session, record.routing.id);
        for (const auto& record : view->last.consulted) channels_.unfollow(session, record.routing.id);
        for (const auto& id : view->released) channels_.unfollow(session, id);
        std::erase_if(view->sessions, [&](const LocalSessionPtr& other) { return other.get() == &session; });
        forget_if_unused(session.tenant(), agent);
    }
    close_in_store(session);
}

void AgentViews::forget_if_unused(const TenantId& tenant, const std::string& agent) {
    const auto found = views_.find(Key{tenant.value, agent});
    if (found != views_.end() && found->second.sessions.empty() && found->second.opening == 0) views_.erase(found);
}

void AgentViews::on_agent(const TenantId& tenant, std::string_view agent) {
    View* view = find(tenant, agent);
    if (!view) return;
    if (view->loading || view->opening > 0) view->again = true;
    if (!view->loading && !view->sessions.empty()) load(tenant, AgentId{agent});
}

void AgentViews::on_config(const TenantId& tenant) {
    for (auto& [key, view] : views_) {
        if (key.first == tenant.value) push_status(tenant, view);
    }
}

void AgentViews::load(const TenantId& tenant, const AgentId& agent) {
    find(tenant, agent.value)->loading = true;
    context_.routing.load_agent(tenant, agent, [this, tenant, agent](Result<ports::AgentSnapshot> result) {
        loaded(tenant, agent, std::move(result));
    });
}

void AgentViews::loaded(const TenantId& tenant, const AgentId& agent, Result<ports::AgentSnapshot> result) {
    View* view = find(tenant, agent.value);
    if (!view || !view->loading) return;
    if (result.has_error()) return load_later(tenant, agent);
    view->loading = false;
    apply(tenant, *view, std::move(*result));
    if (std::exchange(view->again, false)) load(tenant, agent);
}

void AgentViews::load_later(const TenantId& tenant, const AgentId& agent) {
    auto timer = std::make_shared<Timer>(context_.executor);
    timer->expires_after(retry_load);
    timer->async_wait([this, tenant, agent, timer](boost::system::error_code) {
        const View* view = find(tenant, agent.value);
        if (view && view->loading) load(tenant, agent);
    });
}

void AgentViews::restore(const LocalSessionPtr& session, Callback<void> done) {
    context_.routing.open_agent_session(session->tenant(), stored(*session),
                                        [this, session, done = std::move(done)](Result<ports::AgentSnapshot> result) {
                                            restored(session, std::move(result), done);
                                        });
}

void AgentViews::restored(const LocalSessionPtr& session, Result<ports::AgentSnapshot> result, const Callback<void>& done) {
    View* view = find(session->tenant(), session->identity().person);
    if (!session->open() || !view) {
        close_in_store(*session);  // it left meanwhile, and what was opened again must not stay
        return done({});
    }
    if (result.has_error()) return done(result.error());
    apply(session->tenant(), *view, std::move(*result));
    if (view->loading) view->again = true;
    for (const auto& record : view->last.conversations) channels_.verify(*session, record.routing.id);
    for (const auto& record : view->last.consulted) channels_.verify(*session, record.routing.id);
    done({});
}

void AgentViews::close_in_store(const LocalSession& session) {
    context_.hub.cleanup().run([this, tenant = session.tenant(), closing = stored(session)](Callback<void> done) {
        context_.routing.close_agent_session(tenant, closing, std::move(done));
    });
}

void AgentViews::apply(const TenantId& tenant, View& view, ports::AgentSnapshot now) {
    // Who has waited longest is shown first.
    std::sort(now.conversations.begin(), now.conversations.end(), [](const Record& a, const Record& b) {
        return came_before(a.routing, b.routing);
    });
    const auto before = std::exchange(view.last, std::move(now));
    const auto config = context_.tenants.cached(tenant);
    for (const auto& record : before.conversations) push_ended(view, record, find_record(view.last.conversations, record.routing.id));
    // Before what begins: who was consulted may be the owner now, and gets the whole log as such.
    for (const auto& record : before.consulted)
        if (!find_record(view.last.consulted, record.routing.id)) push_consult_ended(view, record);
    for (const auto& record : view.last.conversations) {
        push_begun(view, find_record(before.conversations, record.routing.id), record, config.get());
    }
    for (const auto& record : view.last.consulted)
        if (!find_record(before.consulted, record.routing.id)) push_consult_began(view, record, config.get());
    push_status(tenant, view);
}

v1::OfferOutcome AgentViews::outcome_of(const View& view, const Record& before, const Record* now) const {
    if (owned(now)) return v1::ACCEPTED;
    if (contains(view.declined, before.routing.offer)) return v1::DECLINED;
    return before.routing.deadline <= context_.clock.now() + clock_tolerance ? v1::TIMED_OUT : v1::WITHDRAWN;
}

void AgentViews::push_ended(View& view, const Record& before, const Record* now) {
    if (offered(&before) && !same_offer(&before, now)) {
        v1::ServerFrame frame;
        auto* ended = frame.mutable_offer_withdrawn();
        ended->set_offer_id(before.routing.offer.value);
        ended->set_conversation_id(before.routing.id.value);
        ended->set_outcome(outcome_of(view, before, now));
        push(view, frame);
    }
    if (owned(&before) && !same_ownership(&before, now)) release(view, before);
}

void AgentViews::push_begun(View& view, const Record* before, const Record& now, const domain::TenantConfig* config) {
    if (offered(&now) && !same_offer(before, &now)) {
        v1::ServerFrame frame;
        *frame.mutable_offer()->mutable_offer() = offer_of(now, config);
        push(view, frame);
    }
    if (owned(&now) && !same_ownership(before, &now)) {
        std::erase(view.released, now.routing.id);
        v1::ServerFrame frame;
        *frame.mutable_conversation_assigned()->mutable_conversation() = for_staff(now, config);
        push(view, frame);
        for (const auto& session : view.sessions) channels_.follow(session, now, {}, false);
    }
}

void AgentViews::release(View& view, const Record& record) {
    remember(view.released, record.routing.id);
    for (const auto& session : view.sessions) {
        channels_.leave(session, record.routing.id, [id = record.routing.id, agent = session->identity().person](const SeenLeave* leave) {
            v1::ServerFrame frame;
            frame.mutable_conversation_released()->set_conversation_id(id.value);
            if (leave && leave->agent == agent) {
                frame.mutable_conversation_released()->set_reason(static_cast<v1::LeaveReason>(leave->reason));
            }
            return frame;
        });
    }
}

void AgentViews::push_consult_ended(View& view, const Record& before) {
    v1::ServerFrame frame;
    frame.mutable_consult_ended()->set_conversation_id(before.routing.id.value);
    if (owned(find_record(view.last.conversations, before.routing.id))) {
        for (const auto& session : view.sessions) channels_.unfollow(*session, before.routing.id);
        return push(view, frame);
    }
    for (const auto& session : view.sessions)
        channels_.leave(session, before.routing.id, [frame](const SeenLeave*) { return frame; });
}

void AgentViews::push_consult_began(View& view, const Record& now, const domain::TenantConfig* config) {
    push(view, consult_frame(now, view.last.agent.id, config));
    for (const auto& session : view.sessions) channels_.follow(session, now, {}, false);
}

void AgentViews::push_status(const TenantId& tenant, View& view) {
    const auto config = context_.tenants.cached(tenant);
    const auto* profile = config ? config->agent(view.last.agent.id) : nullptr;
    v1::ServerFrame frame;
    *frame.mutable_agent_status() = status_of(view.last.agent, profile ? profile->capacity : 0);
    if (auto status = frame.SerializeAsString(); status != view.status) {
        view.status = std::move(status);
        push(view, frame);
    }
}

void AgentViews::push(View& view, const v1::ServerFrame& frame) {
    const std::string bytes = frame.SerializeAsString();
    auto shared = SharedFrame::of_raw(bytes);
    for (const auto& session : view.sessions) session->send(shared);
}

const Record* AgentViews::in_hand(const LocalSession& session, const ConversationId& conversation) const {
    const View* view = find(session);
    return view ? find_record(view->last.conversations, conversation) : nullptr;
}

bool AgentViews::consulted(const LocalSession& session, const ConversationId& conversation) const {
    const View* view = find(session);
    return view && find_record(view->last.consulted, conversation);
}

bool AgentViews::released(const LocalSession& session, const ConversationId& conversation) const {
    const View* view = find(session);
    return view && contains(view->released, conversation);
}

void AgentViews::declined(const LocalSession& session, const OfferId& offer) {
    if (View* view = find(session.tenant(), session.identity().person)) remember(view->declined, offer);
}

}  // namespace switchboard::app
