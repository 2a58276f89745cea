// SPDX-License-Identifier: Apache-2.0
#include "chat/terminal.hpp"

#include <boost/asio/buffer.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace switchboard::client {

namespace {

constexpr char ctrl_c = 3, ctrl_d = 4, backspace = 8, escape = 27, delete_key = 127;

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// The keyboard delivers a code point byte by byte; a half one must not be shown.
bool ends_with_half_code_point(const std::string& text) {
    std::size_t tail = 0;
    while (tail < text.size() && tail < 4 && continues_code_point(text[text.size() - 1 - tail])) ++tail;
    if (tail == text.size()) return false;
    const auto lead = static_cast<unsigned char>(text[text.size() - 1 - tail]);
    const std::size_t wanted = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    return tail < wanted;
}

void emit(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace

std::string printable(const std::string& text) {
    std::string clean;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // C1 controls are two bytes in UTF-8: C2 80 to C2 9F.
        const bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (byte == '\n') {
            clean += " / ";
        } else if (c1) {
            ++i;
        } else if (byte >= 0x20 && byte != 0x7f) {
            clean += text[i];
        }
    }
    return clean;
}

Terminal::Terminal(Executor executor, Events events) : input_(executor, dup(STDIN_FILENO)), events_(std::move(events)) {
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &original_) != 0) return;
    interactive_ = true;
    termios raw = original_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

Terminal::~Terminal() {
    if (!interactive_) return;
    emit("\r\033[K");
    tcsetattr(STDIN_FILENO, TCSANOW, &original_);
}

void Terminal::start() {
    redraw();
    read();
}

void Terminal::read() {
    input_.async_read_some(asio::buffer(buffer_), [this](const boost::system::error_code& failure, std::size_t size) {
        if (failure == asio::error::operation_aborted) return;
        if (failure) return events_.end();
        for (std::size_t i = 0; i < size; ++i) take(buffer_[i]);
        read();
    });
}

void Terminal::take(char byte) {
    if (interactive_) return take_key(byte);
    if (byte == '\n') return finish_line();
    written_ += byte;
}

void Terminal::take_key(char byte) {
    if (escape_) {
        if (std::isalpha(static_cast<unsigned char>(byte)) || byte == '~') escape_ = byte == 'O';
        return;
    }
    switch (byte) {
        case escape: escape_ = true; return;
        case ctrl_c: return events_.end();
        case ctrl_d:
            if (written_.empty()) events_.end();
            return;
        case '\r':
        case '\n': return finish_line();
        case backspace:
        case delete_key:
            while (!written_.empty() && continues_code_point(written_.back())) written_.pop_back();
            if (!written_.empty()) written_.pop_back();
            return redraw();
        default: break;
    }
    if (static_cast<unsigned char>(byte) < 0x20) return;
    written_ += byte;
    if (ends_with_half_code_point(written_)) return;
    redraw();
    if (written_.front() != '/') events_.typing();
}

void Terminal::finish_line() {
    std::string line;
    std::swap(line, written_);
    redraw();
    events_.line(line);
}

void Terminal::redraw() {
    if (interactive_) emit("\r\033[K" + prompt_ + written_);
}

void Terminal::print(const std::string& line) {
    if (!interactive_) return emit(printable(line) + "\n");
    emit("\r\033[K" + printable(line) + "\r\n");
    redraw();
}

void Terminal::ring() {
    if (interactive_) emit("\a");
}

void Terminal::set_prompt(std::string prompt) {
    prompt_ = printable(prompt);
    redraw();
}

std::string read_password(const std::string& prompt) {
    termios original{};
    const bool interactive = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &original) == 0;
    if (interactive) {
        std::cerr << prompt << std::flush;
        termios silent = original;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &silent);
    }
    // Byte by byte: what follows the line in a pipe belongs to the chat.
    std::string password;
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') password += byte;
    if (interactive) {
        tcsetattr(STDIN_FILENO, TCSANOW, &original);
        std::cerr << '\n';
    }
    return password;
}

}  // namespace switchboard::client
