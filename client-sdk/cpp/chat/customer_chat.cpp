// SPDX-License-Identifier: Apache-2.0
#include "chat/chat.hpp"

#include <algorithm>

namespace switchboard::client {

namespace {

class CustomerChat final : public Chat {
public:
    CustomerChat(asio::io_context& context, ChatOptions options);

    void on_welcome(const v1::Welcome& welcome) override;
    void on_queue_position(const v1::QueuePosition& position) override;
    void on_event(const std::string& conversation, const v1::Event& event) override;
    void on_log_lost(const std::string&) override { over("This conversation is no longer kept."); }

private:
    enum class Step { department, topic, talking, over };

    void said(const std::string& line) override;
    void pressed_key() override {
        if (step_ == Step::talking) tell_typing(conversation_);
    }
    std::string describe(const v1::Event& event) const override;
    std::string name_of(const std::string& agent) const;

    void ask_department();
    void choose_department(const std::string& answer);
    void choose_topic(const std::string& answer);
    void begin();
    void over(const std::string& why);
    void rate(const std::string& rest);
    // What was typed as one of the names or as its number in the list; empty: neither.
    static std::string chosen(const std::string& answer, const std::vector<std::string>& names);

    std::vector<v1::DepartmentInfo> departments_;
    Step step_ = Step::department;
    std::string conversation_;
    std::string last_position_;
    std::map<std::string, std::string> names_;  // of agents, by id
    bool active_ = false;
};

CustomerChat::CustomerChat(asio::io_context& context, ChatOptions options) : Chat(context, std::move(options)) {
    add_command("leave", {"/leave", "end the conversation, or stop waiting", [this](const std::string&) {
                              if (conversation_.empty() || step_ != Step::talking) return print("There is no conversation.");
                              active_ ? client_->end_conversation(conversation_, expect()) : client_->leave_queue(conversation_, expect());
                          }});
    add_command("rate", {"/rate 1-5 [comment]", "how it was", [this](const std::string& rest) { rate(rest); }});
    add_command("new", {"/new", "start another conversation", [this](const std::string&) {
                            if (step_ == Step::talking) return print("This conversation is still open; /leave ends it.");
                            options_.department.clear();
                            ask_department();
                        }});
}

void CustomerChat::on_welcome(const v1::Welcome& welcome) {
    departments_.assign(welcome.departments().begin(), welcome.departments().end());
    if (welcome.conversations_size() > 0) {
        const bool same = conversation_ == welcome.conversations(0).id();
        conversation_ = welcome.conversations(0).id();
        active_ = welcome.conversations(0).status() == v1::ACTIVE;
        step_ = Step::talking;
        return print(same ? "Connected again." : "You are back in your conversation.");
    }
    if (!conversation_.empty()) return;
    if (options_.department.empty()) return ask_department();
    begin();
}

void CustomerChat::ask_department() {
    step_ = Step::department;
    print("Which department? (name or number)");
    int number = 0;
    for (const v1::DepartmentInfo& one : departments_)
        print("  " + std::to_string(++number) + "  " + one.id() + (one.open() ? "" : "  - closed") +
              (one.staffed() ? "" : "  - nobody is there now"));
    terminal_.set_prompt("department> ");
}

std::string CustomerChat::chosen(const std::string& answer, const std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), answer) != names.end()) return answer;
    const bool digits =
        !answer.empty() && answer.size() < 5 && std::all_of(answer.begin(), answer.end(), [](unsigned char c) { return std::isdigit(c); });
    const std::size_t number = digits ? std::stoul(answer) : 0;
    return number >= 1 && number <= names.size() ? names[number - 1] : "";
}

void CustomerChat::choose_department(const std::string& answer) {
    std::vector<std::string> names;
    for (const v1::DepartmentInfo& one : departments_) names.push_back(one.id());
    options_.department = chosen(answer, names);
    if (options_.department.empty()) return print("There is no department " + answer + ".");
    const auto found =
        std::find_if(departments_.begin(), departments_.end(), [&](const auto& one) { return one.id() == options_.department; });
    options_.topic.clear();
    if (found->topics_size() == 0) return begin();
    step_ = Step::topic;
    print("About what?");
    for (int i = 0; i < found->topics_size(); ++i) print("  " + std::to_string(i + 1) + "  " + found->topics(i));
    terminal_.set_prompt("topic> ");
}

void CustomerChat::choose_topic(const std::string& answer) {
    const auto found =
        std::find_if(departments_.begin(), departments_.end(), [&](const auto& one) { return one.id() == options_.department; });
    options_.topic = found == departments_.end() ? "" : chosen(answer, {found->topics().begin(), found->topics().end()});
    if (options_.topic.empty()) return print("There is no topic " + answer + ".");
    begin();
}

void CustomerChat::begin() {
    step_ = Step::talking;
    conversation_.clear();
    active_ = false;
    terminal_.set_prompt("> ");
    v1::StartConversation start;
    start.set_department(options_.department);
    start.set_topic(options_.topic);
    start.set_name(options_.name);
    client_->start_conversation(start, [this](const v1::ServerFrame& reply) {
        if (reply.has_error()) {
            print("Not possible: " + client::describe(reply.error()));
            return ask_department();
        }
        conversation_ = reply.conversation_opened().conversation().id();
        print(reply.conversation_opened().existing() ? "Your conversation is still open."
                                                     : "Waiting for an agent. You can write already; /help shows what else.");
    });
}

void CustomerChat::said(const std::string& line) {
    switch (step_) {
        case Step::department: return choose_department(line);
        case Step::topic: return choose_topic(line);
        case Step::over: return print("The conversation is over. /rate 1-5 rates it, /new starts another one.");
        case Step::talking:
            if (!client_->send_text(conversation_, line)) print("Not connected yet; please write it again in a moment.");
    }
}

void CustomerChat::on_queue_position(const v1::QueuePosition& position) {
    const std::string line =
        "You are number " + std::to_string(position.position()) + " of " + std::to_string(position.waiting()) + " waiting.";
    if (line != last_position_) print(line);
    last_position_ = line;
}

void CustomerChat::on_event(const std::string& conversation, const v1::Event& event) {
    if (conversation != conversation_ && !conversation_.empty()) return;
    if (event.has_agent_joined()) {
        active_ = true;
        names_[event.agent_joined().agent().id()] = event.agent_joined().agent().name();
    }
    Chat::on_event(conversation, event);
    if (event.has_agent_left()) active_ = false;
    if (event.has_wrap_up_started() || event.has_closed())
        over("The conversation is over. /rate 1-5 rates it, /new starts another one, /quit ends.");
    const bool from_agent = event.has_message() && event.sender().role() != v1::CUSTOMER;
    if (from_agent) client_->advance_horizons(conversation, event.seq(), event.seq());
}

void CustomerChat::over(const std::string& why) {
    if (step_ == Step::over) return;
    step_ = Step::over;
    active_ = false;
    print(why);
}

void CustomerChat::rate(const std::string& rest) {
    if (conversation_.empty() || rest.empty() || rest[0] < '1' || rest[0] > '5' || (rest.size() > 1 && rest[1] != ' '))
        return print("Like this: /rate 5 very helpful");
    client_->rate(conversation_, static_cast<unsigned>(rest[0] - '0'), rest.size() > 2 ? rest.substr(2) : "",
                  expect([this](const v1::ServerFrame&) { print("Thank you."); }));
}

std::string CustomerChat::name_of(const std::string& agent) const {
    const auto found = names_.find(agent);
    return found == names_.end() || found->second.empty() ? agent : found->second;
}

std::string CustomerChat::describe(const v1::Event& event) const {
    switch (event.body_case()) {
        case v1::Event::kMessage:
            return (event.sender().role() == v1::CUSTOMER ? "you" : name_of(event.sender().id())) + ": " + event.message().text();
        case v1::Event::kAgentJoined: return name_of(event.agent_joined().agent().id()) + " is here.";
        case v1::Event::kAgentLeft: return "The agent has left; you keep your place.";
        case v1::Event::kTransferred: return "You are passed on to " + event.transferred().to_department() + ".";
        default: return {};
    }
}

}  // namespace

std::unique_ptr<Chat> make_customer_chat(asio::io_context& context, ChatOptions options) {
    return std::make_unique<CustomerChat>(context, std::move(options));
}

}  // namespace switchboard::client
