// SPDX-License-Identifier: Apache-2.0
// The terminal of a person who chats: a line to write in that stays at the bottom while messages come in above it. With a pipe
// instead of a terminal: plain lines. Restores the terminal at its end. Thread: its io_context.
#pragma once

#include "base/task.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <termios.h>

#include <array>
#include <functional>
#include <string>

namespace switchboard::client {

class Terminal {
public:
    struct Events {
        std::function<void(const std::string&)> line;
        std::function<void()> typing;  // a key was pressed; terminals only
        std::function<void()> end;     // Ctrl-C, Ctrl-D or the end of the pipe
    };

    Terminal(Executor executor, Events events);
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    void start();
    // Control characters in the text, which others wrote, are not passed on to the terminal.
    void print(const std::string& line);
    void ring();
    void set_prompt(std::string prompt);

private:
    void read();
    void take(char byte);
    void take_key(char byte);
    void redraw();
    void finish_line();

    asio::posix::basic_stream_descriptor<Executor> input_;
    Events events_;
    std::array<char, 512> buffer_{};
    std::string written_;
    std::string prompt_ = "> ";
    termios original_{};
    bool interactive_ = false;
    bool escape_ = false;  // inside an escape sequence, which is ignored
};

// Asks without echo; from a pipe: the first line.
std::string read_password(const std::string& prompt);

// One line without control characters; line breaks become " / ".
std::string printable(const std::string& text);

}  // namespace switchboard::client
