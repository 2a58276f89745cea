// SPDX-License-Identifier: Apache-2.0
// `switchboard chat`: a person at a terminal as a customer or as an agent, to try a server. What both have in common is here;
// customer_chat and agent_chat add what each may do. Thread: one.
#pragma once

#include "chat/terminal.hpp"
#include "switchboard_client/client.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace switchboard::client {

struct ChatOptions {
    ClientOptions client;
    std::string department, topic, name;
    std::string login, password;
};

// A word after a slash and what it does with the rest of the line.
struct ChatCommand {
    std::string usage;
    std::string description;
    std::function<void(const std::string& rest)> run;
};

class Chat : public ClientListener {
public:
    Chat(asio::io_context& context, ChatOptions options);

    // Returns the exit status when the person leaves or the server does not let him in.
    int run();

    void on_disconnected(const Disconnect& end) override;
    void on_event(const std::string& conversation, const v1::Event& event) override;
    void on_log_reset(const std::string& conversation) override;
    void on_message_refused(const std::string& conversation, const std::string& text, const v1::Error& error) override;
    void on_typing(const v1::Typing& typing) override;
    void on_error(const v1::Error& error) override;

protected:
    // A line that is no command.
    virtual void said(const std::string& line) = 0;
    virtual void pressed_key() = 0;
    // One line about the event, or nothing when it is not worth one.
    virtual std::string describe(const v1::Event& event) const = 0;
    // Before each line about a conversation.
    virtual std::string label(const std::string&) const { return {}; }
    // The credential expired: a chance to get another one.
    virtual bool renew_credential() { return false; }

    void print(const std::string& line) { terminal_.print(line); }
    void add_command(const std::string& word, ChatCommand command) { commands_[word] = std::move(command); }
    // Prints why a command was refused, or runs `then`.
    Reply expect(std::function<void(const v1::ServerFrame&)> then = {});
    void tell_typing(const std::string& conversation);
    void leave(int status);

    asio::io_context& context_;
    ChatOptions options_;
    std::shared_ptr<Client> client_;
    Terminal terminal_;

private:
    void take_line(const std::string& line);
    void run_command(const std::string& line);
    void help();

    std::map<std::string, ChatCommand> commands_;
    std::chrono::steady_clock::time_point typing_told_{};
    int status_ = 0;
};

// "14:03" of a time of the server, in the local zone.
std::string clock_time(std::int64_t ms);
std::string describe(const v1::Error& error);

std::unique_ptr<Chat> make_customer_chat(asio::io_context& context, ChatOptions options);
std::unique_ptr<Chat> make_agent_chat(asio::io_context& context, ChatOptions options);

}  // namespace switchboard::client
