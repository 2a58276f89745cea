// SPDX-License-Identifier: Apache-2.0
#include "chat/chat.hpp"
#include "switchboard_client/http.hpp"

#include <algorithm>

namespace switchboard::client {

namespace {

class AgentChat final : public Chat {
public:
    AgentChat(asio::io_context& context, ChatOptions options);

    void on_welcome(const v1::Welcome& welcome) override;
    void on_offer(const v1::Offer& offer) override;
    void on_offer_withdrawn(const v1::OfferWithdrawn& withdrawn) override;
    void on_agent_status(const v1::AgentStatus& status) override;
    void on_assigned(const v1::Conversation& conversation) override;
    void on_released(const std::string& conversation, v1::LeaveReason reason) override;
    void on_log_lost(const std::string& conversation) override { on_released(conversation, v1::LEAVE_REASON_UNSPECIFIED); }
    void on_event(const std::string& conversation, const v1::Event& event) override;

private:
    struct Held {
        int number = 0;
        v1::Conversation conversation;
        bool wrapping_up = false;
    };

    void said(const std::string& line) override;
    void pressed_key() override { tell_typing(current_); }
    std::string describe(const v1::Event& event) const override;
    std::string label(const std::string& conversation) const override;
    bool renew_credential() override;

    void add_commands();
    void answer_offer(bool accept);
    void transfer(const std::string& rest);
    void close(const std::string& disposition);
    void list();
    void choose(const std::string& number);
    void set_current(const std::string& conversation);
    bool has_current();
    static std::string place(const v1::Conversation& conversation);

    std::map<std::string, Held> held_;
    std::vector<v1::Offer> offers_;  // oldest first
    std::string current_;
    int next_number_ = 1;
    bool available_told_ = false;
};

AgentChat::AgentChat(asio::io_context& context, ChatOptions options) : Chat(context, std::move(options)) { add_commands(); }

void AgentChat::add_commands() {
    add_command("accept", {"/accept, y", "take the oldest offer", [this](const std::string&) { answer_offer(true); }});
    add_command("decline", {"/decline, n", "refuse the oldest offer", [this](const std::string&) { answer_offer(false); }});
    add_command("note", {"/note TEXT", "for colleagues only", [this](const std::string& rest) {
                             if (rest.empty()) return print("Like this: /note has called before");
                             if (has_current()) client_->send_note(current_, rest);
                         }});
    add_command("transfer", {"/transfer DEP [NOTE]", "pass it on to a department", [this](const std::string& rest) { transfer(rest); }});
    add_command("close", {"/close [DISPOSITION]", "end it, with its outcome", [this](const std::string& rest) { close(rest); }});
    add_command("list", {"/list", "your conversations", [this](const std::string&) { list(); }});
    add_command("switch", {"/switch N", "write in another conversation", [this](const std::string& rest) { choose(rest); }});
    add_command("away", {"/away [REASON]", "no further offers",
                         [this](const std::string& rest) { client_->set_agent_state(v1::AWAY, rest, expect()); }});
    add_command("available",
                {"/available", "offers again", [this](const std::string&) { client_->set_agent_state(v1::AVAILABLE, "", expect()); }});
}

void AgentChat::on_welcome(const v1::Welcome& welcome) {
    offers_.clear();
    // What is still held comes again right after this.
    held_.clear();
    print("Signed in as " + (welcome.self().name().empty() ? welcome.self().id() : welcome.self().name()) +
          ". /help shows what you can do.");
    if (available_told_) return;
    available_told_ = true;
    client_->set_agent_state(v1::AVAILABLE, "", expect());
}

std::string AgentChat::place(const v1::Conversation& conversation) {
    return conversation.department() + (conversation.topic().empty() ? "" : "/" + conversation.topic());
}

void AgentChat::on_offer(const v1::Offer& offer) {
    std::erase_if(offers_, [&](const v1::Offer& one) { return one.id() == offer.id(); });
    offers_.push_back(offer);
    const std::string who = offer.conversation().customer().name().empty() ? "a customer" : offer.conversation().customer().name();
    terminal_.ring();
    print("Offer: " + who + " in " + place(offer.conversation()) + (offer.preview().empty() ? "" : ": \"" + offer.preview() + "\"") +
          "   accept? y/n");
}

void AgentChat::on_offer_withdrawn(const v1::OfferWithdrawn& withdrawn) {
    const auto gone = std::erase_if(offers_, [&](const v1::Offer& one) { return one.id() == withdrawn.offer_id(); });
    if (gone == 0) return;
    print(withdrawn.outcome() == v1::TIMED_OUT ? "The offer was not answered in time." : "The offer is gone.");
}

void AgentChat::answer_offer(bool accept) {
    if (offers_.empty()) return print("There is no offer.");
    const v1::Offer offer = offers_.front();
    offers_.erase(offers_.begin());
    accept ? client_->accept(offer, expect()) : client_->decline(offer, "", expect([this](const v1::ServerFrame&) { print("Declined."); }));
}

void AgentChat::on_agent_status(const v1::AgentStatus& status) {
    print("You are " + std::string(status.state() == v1::AVAILABLE ? "available" : "away") +
          (status.reason().empty() ? "" : " (" + status.reason() + ")") + ", load " + std::to_string(status.load()) + " of " +
          std::to_string(status.capacity()) + ".");
}

void AgentChat::on_assigned(const v1::Conversation& conversation) {
    Held& held = held_[conversation.id()];
    if (held.number == 0) held.number = next_number_++;
    held.conversation = conversation;
    held.wrapping_up = conversation.status() == v1::WRAP_UP;
    print(label(conversation.id()) + "is yours (" + place(conversation) + ").");
    if (!held_.contains(current_)) set_current(conversation.id());
}

void AgentChat::on_released(const std::string& conversation, v1::LeaveReason reason) {
    if (!held_.contains(conversation)) return;
    print(label(conversation) + (reason == v1::TRANSFERRED    ? "was passed on."
                                 : reason == v1::DISCONNECTED ? "was taken from you: you were away too long."
                                                              : "is over."));
    held_.erase(conversation);
    if (current_ == conversation) set_current(held_.empty() ? "" : held_.begin()->first);
}

void AgentChat::on_event(const std::string& conversation, const v1::Event& event) {
    Chat::on_event(conversation, event);
    if (event.has_wrap_up_started() && held_.contains(conversation)) {
        held_[conversation].wrapping_up = true;
        print(label(conversation) + "The talk is over; /close DISPOSITION records the outcome.");
    }
    const bool from_customer = event.has_message() && event.sender().role() == v1::CUSTOMER;
    if (from_customer) client_->advance_horizons(conversation, event.seq(), conversation == current_ ? event.seq() : 0);
}

void AgentChat::set_current(const std::string& conversation) {
    current_ = conversation;
    const auto found = held_.find(current_);
    terminal_.set_prompt(found == held_.end() ? "> " : "#" + std::to_string(found->second.number) + "> ");
}

bool AgentChat::has_current() {
    if (!held_.contains(current_)) print("You have no conversation.");
    return held_.contains(current_);
}

std::string AgentChat::label(const std::string& conversation) const {
    const auto found = held_.find(conversation);
    return found == held_.end() ? "" : "#" + std::to_string(found->second.number) + " ";
}

void AgentChat::said(const std::string& line) {
    if (!offers_.empty() && (line == "y" || line == "n")) return answer_offer(line == "y");
    if (has_current()) client_->send_text(current_, line);
}

void AgentChat::transfer(const std::string& rest) {
    if (!has_current()) return;
    const auto space = rest.find(' ');
    if (rest.empty()) return print("Like this: /transfer billing wants a refund");
    v1::TransferConversation command;
    command.set_conversation_id(current_);
    const std::string to = rest.substr(0, space);
    command.set_department(to.substr(0, to.find('/')));
    if (to.find('/') != std::string::npos) command.set_topic(to.substr(to.find('/') + 1));
    if (space != std::string::npos) command.set_note(rest.substr(space + 1));
    client_->transfer(command, expect());
}

void AgentChat::close(const std::string& disposition) {
    if (!has_current()) return;
    if (held_[current_].wrapping_up) {
        v1::FinishWrapUp command;
        command.set_conversation_id(current_);
        command.set_disposition(disposition);
        return client_->finish_wrap_up(command, expect());
    }
    v1::CloseConversation command;
    command.set_conversation_id(current_);
    command.set_disposition(disposition);
    client_->close_conversation(command, expect());
}

void AgentChat::list() {
    if (held_.empty()) return print("You have no conversation.");
    for (const auto& [id, held] : held_)
        print((id == current_ ? "* #" : "  #") + std::to_string(held.number) + "  " + place(held.conversation) + "  " +
              held.conversation.customer().name());
}

void AgentChat::choose(const std::string& number) {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const auto& entry) {
        return std::to_string(entry.second.number) == (number.starts_with('#') ? number.substr(1) : number);
    });
    found == held_.end() ? print("There is no conversation " + number + "; /list shows them.") : set_current(found->first);
}

// The access token lives for minutes; with the password a longer absence ends in another sign-in instead of an error.
bool AgentChat::renew_credential() {
    if (options_.password.empty()) return false;
    const auto token = login(options_.client.server, options_.client.site, options_.login, options_.password);
    if (token.has_error()) return false;
    options_.client.credential.token = *token;
    asio::post(context_, [this] {
        client_ = std::make_shared<Client>(context_.get_executor(), options_.client, *this);
        client_->start();
    });
    return true;
}

std::string AgentChat::describe(const v1::Event& event) const {
    const std::string who = event.sender().role() == v1::CUSTOMER ? "customer" : event.sender().id();
    switch (event.body_case()) {
        case v1::Event::kMessage: return who + ": " + event.message().text();
        case v1::Event::kNote: return "[note by " + who + "] " + event.note().text();
        case v1::Event::kConversationStarted:
            return "Started by " +
                   (event.conversation_started().customer_name().empty() ? "a customer" : event.conversation_started().customer_name());
        case v1::Event::kAgentJoined: return event.agent_joined().agent().id() + " joined.";
        case v1::Event::kAgentLeft: return event.agent_left().agent().id() + " left.";
        case v1::Event::kTransferred:
            return "Passed on from " + event.transferred().from_department() + " to " + event.transferred().to_department() + ".";
        case v1::Event::kRated: return "Rated " + std::to_string(event.rated().score()) + ". " + event.rated().comment();
        case v1::Event::kClosed: return "Closed: " + v1::ClosedReason_Name(event.closed().reason());
        default: return {};
    }
}

}  // namespace

std::unique_ptr<Chat> make_agent_chat(asio::io_context& context, ChatOptions options) {
    return std::make_unique<AgentChat>(context, std::move(options));
}

}  // namespace switchboard::client
