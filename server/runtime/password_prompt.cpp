// SPDX-License-Identifier: Apache-2.0
#include "runtime/password_prompt.hpp"

#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace switchboard::runtime {

namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t longest = 1024;

Error invalid(const char* message) { return Error{ErrorCode::invalid_argument, message}; }

// Hides what is typed while it lives.
class NoEcho {
public:
    NoEcho() {
        tcgetattr(STDIN_FILENO, &before_);
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~NoEcho() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
};

std::string ask(const char* question) {
    std::cerr << question;
    std::string line;
    std::getline(std::cin, line);
    std::cerr << '\n';
    return line;
}

Result<std::string> checked(std::string password) {
    if (password.size() < shortest) return invalid("a password needs at least 8 characters");
    if (password.size() > longest) return invalid("a password may have at most 1024 bytes");
    return password;
}

}  // namespace

Result<std::string> read_password(bool from_standard_input) {
    std::string password;
    if (from_standard_input) {
        std::getline(std::cin, password);
        if (!password.empty() && password.back() == '\r') password.pop_back();
        return checked(std::move(password));
    }
    if (isatty(STDIN_FILENO) == 0) return invalid("there is no terminal to type the password at: give --password-stdin and write it to standard input");
    const NoEcho hidden;
    password = ask("Password: ");
    if (ask("The same again: ") != password) return invalid("the two passwords differ");
    return checked(std::move(password));
}

}  // namespace switchboard::runtime
