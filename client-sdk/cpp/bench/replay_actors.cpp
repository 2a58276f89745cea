// SPDX-License-Identifier: Apache-2.0
#include "bench/replay.hpp"

#include <utility>

namespace switchboard::client {

namespace {

using Clock = std::chrono::steady_clock;

std::shared_ptr<Client> client_of(Replay& replay, ClientOptions options, ClientHistory& history, ClientListener& listener) {
    options.trace = &history;
    auto client = std::make_shared<Client>(replay.bench.context().get_executor(), std::move(options), listener);
    history.set_instance(client->instance());
    return client;
}

std::string described(const v1::Error& error) { return v1::ErrorCode_Name(error.code()) + " " + error.message(); }

}  // namespace

// ---- agents

Seat::Seat(Replay& r, const BenchAgent& a)
    : replay(r), agent(a), history(r.history.get(), a.id, true), client(client_of(r, r.bench.agent_options(a.id), history, *this)) {}

void Seat::on_welcome(const v1::Welcome& welcome) {
    welcomed = true;
    if (welcome.agent_status().state() != v1::AVAILABLE) client->set_agent_state(v1::AVAILABLE, "");
}

void Seat::on_disconnected(const Disconnect& end) {
    ++replay.counters.disconnections;
    client->set_server(replay.bench.next_address());
    if (!end.final) return;
    ++replay.counters.errors;
    replay.complain("agent " + agent.id + " was sent away: " + std::to_string(end.code) + " " + end.text);
}

bool Seat::eligible(const v1::Conversation& conversation) const {
    const BenchDepartment* department = replay.bench.world().department(conversation.department());
    if (!department || department->id != agent.department) return false;
    const auto topic = department->topics.find(conversation.topic());
    return topic == department->topics.end() ? conversation.topic().empty() : agent.skills.contains(topic->second);
}

void Seat::on_offer(const v1::Offer& offer) {
    if (!eligible(offer.conversation()))
        replay.misrouted(offer.conversation().department() + "/" + offer.conversation().topic() + " offered to " + agent.id);
    client->accept(offer);
}

void Seat::on_assigned(const v1::Conversation& conversation) {
    history.assigned(conversation);
    StaffView& view = replay.staff_views[conversation.id()];
    if (view.seat == this) return;
    if (!eligible(conversation)) replay.misrouted(conversation.department() + "/" + conversation.topic() + " assigned to " + agent.id);
    if (view.seat) ++replay.counters.handed_over;
    view.seat = this;
    view.clear();
    view.head_at_start = conversation.head_seq();
    view.fresh = true;
    if (view.play) view.play->advance();
}

void Seat::on_released(const std::string& conversation, v1::LeaveReason) {
    history.left(conversation);
    const auto found = replay.staff_views.find(conversation);
    if (found == replay.staff_views.end() || found->second.seat != this) return;
    found->second.seat = nullptr;
    found->second.clear();
}

void Seat::on_log_reset(const std::string& conversation) {
    history.reset(conversation);
    const auto found = replay.staff_views.find(conversation);
    if (found != replay.staff_views.end() && found->second.seat == this) found->second.clear();
}

void Seat::on_event(const std::string& conversation, const v1::Event& event) {
    history.event(conversation, event);
    const auto found = replay.staff_views.find(conversation);
    if (found == replay.staff_views.end() || found->second.seat != this) return;
    StaffView& view = found->second;
    view.last_seq = event.seq();
    if (event.has_message()) {
        view.texts.push_back(event.message().text());
        if (view.play) view.play->judge(view.texts);
    }
    if (view.play) view.play->advance();
}

void Seat::on_message_accepted(const v1::MessageAccepted& accepted) {
    const auto found = replay.staff_views.find(accepted.conversation_id());
    if (found != replay.staff_views.end() && found->second.play) found->second.play->advance();
}

void Seat::on_message_refused(const std::string& conversation, const std::string&, const v1::Error& error) {
    // Losing the conversation while a text is under way is how a handover looks from here; the next agent says it, or this one again
    // when it comes back to him.
    if (error.code() == v1::STALE_ASSIGNMENT || error.code() == v1::NOT_FOUND) {
        const auto found = replay.staff_views.find(conversation);
        if (found != replay.staff_views.end() && found->second.play) found->second.play->unsaid();
        return;
    }
    ++replay.counters.errors;
    replay.complain("text of " + agent.id + " in " + conversation + " refused: " + described(error));
}

// ---- customers

Play::Play(Replay& replay, const Dialogue& dialogue)
    : replay_(replay),
      dialogue_(dialogue),
      history_(replay.history.get(), "customer of " + dialogue.id, false),
      client_(client_of(replay, replay.bench.customer_options(), history_, *this)) {}

void Play::begin() {
    client_->start();
    v1::StartConversation start;
    start.set_department(dialogue_.department);
    start.set_topic(dialogue_.topic);
    start.set_name("Customer of " + dialogue_.id);
    if (!dialogue_.turns.empty() && !dialogue_.turns.front().by_agent) {
        start.set_text(dialogue_.turns.front().text);
        sent_ = 1;
        sent_at_ = Clock::now();
        ++replay_.counters.sent;
    }
    client_->start_conversation(start, [this](const v1::ServerFrame& reply) { opened(reply); });
}

void Play::opened(const v1::ServerFrame& reply) {
    if (!reply.has_conversation_opened()) {
        ++replay_.counters.errors;
        replay_.complain(dialogue_.id + " cannot be started: " + described(reply.error()));
        done_ = true;
        return;
    }
    conversation_ = reply.conversation_opened().conversation().id();
    if (sent_ == 1 && !reply.conversation_opened().existing()) history_.started(conversation_, dialogue_.turns.front().text, sent_at_);
    staff_ = &replay_.staff_views[conversation_];
    staff_->play = this;
    for (std::size_t i = 1; i <= staff_->texts.size(); ++i)
        judge({staff_->texts.begin(), staff_->texts.begin() + static_cast<std::ptrdiff_t>(i)});
    advance();
}

void Play::judge(const std::vector<std::string>& texts) {
    const std::size_t index = texts.size() - 1;
    switch (judge_text(dialogue_.turns, index, texts.back())) {
        case Verdict::right: return count_delivered();
        case Verdict::duplicated: ++replay_.counters.duplicated; break;
        case Verdict::reordered: ++replay_.counters.reordered; break;
        case Verdict::changed: ++replay_.counters.changed; break;
    }
    replay_.complain(dialogue_.id + ": wrong text at place " + std::to_string(index));
}

void Play::count_delivered() {
    while (delivered_ < sent_) {
        const std::size_t seen = dialogue_.turns[delivered_].by_agent ? texts_.size() : staff_ ? staff_->texts.size() : 0;
        if (seen <= delivered_) return;
        if (delivered_ + 1 == sent_) replay_.latencies.add(std::chrono::duration<double, std::micro>(Clock::now() - sent_at_).count());
        ++delivered_;
        ++replay_.counters.delivered;
    }
}

void Play::on_log_reset(const std::string& conversation) {
    history_.reset(conversation);
    texts_.clear();
}

void Play::on_event(const std::string& conversation, const v1::Event& event) {
    history_.event(conversation, event);
    if (event.has_message()) {
        texts_.push_back(event.message().text());
        judge(texts_);
    }
    if (event.has_closed()) {
        closed_ = true;
        if (event.closed().reason() != v1::RESOLVED) {
            ++replay_.counters.errors;
            replay_.complain(dialogue_.id + " ended as " + v1::ClosedReason_Name(event.closed().reason()));
        }
        return rate();
    }
    advance();
}

void Play::on_disconnected(const Disconnect& end) {
    if (done_) return;
    ++replay_.counters.disconnections;
    client_->set_server(replay_.bench.next_address());
    if (!end.final) return;
    ++replay_.counters.errors;
    replay_.complain("customer of " + dialogue_.id + " was sent away: " + std::to_string(end.code) + " " + end.text);
    done_ = true;
}

void Play::on_log_lost(const std::string& conversation) {
    history_.left(conversation);
    ++replay_.counters.errors;
    replay_.complain("the log of " + dialogue_.id + " is lost");
    done_ = true;
}

void Play::on_message_refused(const std::string&, const std::string&, const v1::Error& error) {
    ++replay_.counters.errors;
    replay_.complain("text of the customer of " + dialogue_.id + " refused: " + described(error));
}

void Play::advance() {
    if (done_ || closed_ || !staff_ || !staff_->seat || staff_->seat->dead || !staff_->caught_up()) return;
    // What is seen and not acknowledged may still be taken back by a fail-over; nobody answers to it.
    if (client_->unacknowledged(conversation_) + staff_->seat->client->unacknowledged(conversation_) > 0) return;
    const std::size_t both = std::min(texts_.size(), staff_->texts.size());
    if (both >= dialogue_.turns.size()) return close();
    if (staff_->fresh) take_over();
    if (sent_ != both) return;
    const auto now = Clock::now();
    if (turn_due_ == Clock::time_point{})
        turn_due_ = now + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(replay_.bench.options().pause));
    if (now >= turn_due_) send_turn();
}

// An agent's last text was refused, so it is not in the log.
void Play::unsaid() {
    if (sent_ == 0 || !dialogue_.turns[sent_ - 1].by_agent || delivered_ >= sent_) return;
    --sent_;
    --replay_.counters.sent;
    turn_due_ = {};
}

// The predecessor's last text may have died with him: then it is not in the log, can never come into it, and the successor
// says it.
void Play::take_over() {
    staff_->fresh = false;
    if (sent_ <= staff_->texts.size() || !dialogue_.turns[sent_ - 1].by_agent) return;
    --sent_;
    --replay_.counters.sent;
}

void Play::send_turn() {
    const Turn& turn = dialogue_.turns[sent_];
    Client& speaker = turn.by_agent ? *staff_->seat->client : *client_;
    if (!speaker.send_text(conversation_, turn.text)) return;
    ++sent_;
    ++replay_.counters.sent;
    sent_at_ = Clock::now();
    turn_due_ = {};
}

void Play::close() {
    if (closing_seat_ == staff_->seat) return;
    closing_seat_ = staff_->seat;
    v1::CloseConversation command;
    command.set_conversation_id(conversation_);
    command.set_disposition("replayed");
    // The customer's stream tells whether it is closed; an answer that got lost on the way does not.
    closing_seat_->client->close_conversation(command);
}

void Play::rate() {
    // After a fail-over the end may be told a second time.
    if (std::exchange(rated_, true)) return;
    client_->rate(conversation_, 5, "", [this](const v1::ServerFrame& reply) {
        // ILLEGAL_STATE: a fail-over took back the end that the customer saw; he has gone by then.
        if (reply.has_error() && reply.error().code() != v1::ILLEGAL_STATE) {
            ++replay_.counters.errors;
            replay_.complain("rating of " + dialogue_.id + " refused: " + described(reply.error()));
        }
        done_ = true;
        client_->stop();
    });
}

std::size_t Play::missing() const {
    const std::size_t both = staff_ ? std::min(texts_.size(), staff_->texts.size()) : 0;
    return closed_ ? dialogue_.turns.size() - std::min(texts_.size(), dialogue_.turns.size()) : dialogue_.turns.size() - both;
}

std::string Play::describe() const {
    return dialogue_.id + " (" + conversation_ + "): " + std::to_string(dialogue_.turns.size()) + " turns, " + std::to_string(sent_) +
           " said, customer has " + std::to_string(texts_.size()) + ", agent " +
           (staff_ && staff_->seat ? staff_->seat->agent.id + " has " + std::to_string(staff_->texts.size()) : std::string("nobody")) +
           (closed_ ? ", closed" : "");
}

}  // namespace switchboard::client
