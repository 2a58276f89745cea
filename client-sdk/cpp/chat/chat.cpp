// SPDX-License-Identifier: Apache-2.0
#include "chat/chat.hpp"

#include <ctime>

namespace switchboard::client {

std::string clock_time(std::int64_t ms) {
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    char text[16];
    std::strftime(text, sizeof text, "%H:%M", &local);
    return text;
}

std::string describe(const v1::Error& error) {
    return error.message().empty() ? v1::ErrorCode_Name(error.code()) : error.message() + " (" + v1::ErrorCode_Name(error.code()) + ")";
}

Chat::Chat(asio::io_context& context, ChatOptions options)
    : context_(context),
      options_(std::move(options)),
      client_(std::make_shared<Client>(context.get_executor(), options_.client, *this)),
      terminal_(context.get_executor(),
                {[this](const std::string& line) { take_line(line); }, [this] { pressed_key(); }, [this] { leave(0); }}) {
    add_command("help", {"/help", "what can be done", [this](const std::string&) { help(); }});
    add_command("quit", {"/quit", "go", [this](const std::string&) { leave(0); }});
}

int Chat::run() {
    terminal_.start();
    client_->start();
    context_.run();
    return status_;
}

void Chat::leave(int status) {
    status_ = status;
    client_->abandon();
    context_.stop();
}

void Chat::help() {
    for (const auto& [word, command] : commands_)
        print("  " + command.usage + std::string(24 - std::min<std::size_t>(23, command.usage.size()), ' ') + command.description);
}

void Chat::take_line(const std::string& line) {
    if (line.empty()) return;
    line.front() == '/' ? run_command(line.substr(1)) : said(line);
}

void Chat::run_command(const std::string& line) {
    const auto space = line.find(' ');
    const auto found = commands_.find(line.substr(0, space));
    if (found == commands_.end()) return print("There is no /" + line.substr(0, space) + "; /help shows what there is.");
    const auto rest = line.find_first_not_of(' ', space);
    found->second.run(rest == std::string::npos ? "" : line.substr(rest));
}

Reply Chat::expect(std::function<void(const v1::ServerFrame&)> then) {
    return [this, then = std::move(then)](const v1::ServerFrame& reply) {
        if (reply.has_error()) return print("Not possible: " + client::describe(reply.error()));
        if (then) then(reply);
    };
}

void Chat::on_disconnected(const Disconnect& end) {
    if (!end.final) return print("Connection lost (" + (end.text.empty() ? std::to_string(end.code) : end.text) + "), trying again ...");
    const bool expired = end.code == v1::AUTHENTICATION_FAILED || end.code == v1::CREDENTIALS_REVOKED;
    if (expired && renew_credential()) return;
    print("The server ended the session: " + (end.text.empty() ? std::to_string(end.code) : end.text));
    leave(1);
}

void Chat::on_event(const std::string& conversation, const v1::Event& event) {
    const std::string line = describe(event);
    if (!line.empty()) print(clock_time(static_cast<std::int64_t>(event.time_ms())) + "  " + label(conversation) + line);
}

void Chat::on_log_reset(const std::string& conversation) {
    print(label(conversation) + "(the conversation is shown again from its beginning)");
}

void Chat::on_message_refused(const std::string& conversation, const std::string& text, const v1::Error& error) {
    print(label(conversation) + "Not sent: " + text + " - " + client::describe(error));
}

void Chat::on_typing(const v1::Typing& typing) {
    if (!typing.typing()) return;
    const std::string who = typing.participant().role() == v1::CUSTOMER ? "the customer"
                            : typing.participant().name().empty()       ? typing.participant().id()
                                                                        : typing.participant().name();
    print(label(typing.conversation_id()) + "... " + who + " is writing");
}

void Chat::on_error(const v1::Error& error) { print("The server says: " + client::describe(error)); }

void Chat::tell_typing(const std::string& conversation) {
    const auto now = std::chrono::steady_clock::now();
    if (conversation.empty() || now - typing_told_ < std::chrono::seconds(3)) return;
    typing_told_ = now;
    client_->set_typing(conversation, true);
}

}  // namespace switchboard::client
