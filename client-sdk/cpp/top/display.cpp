// SPDX-License-Identifier: Apache-2.0
#include "top/display.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#define NCURSES_NOMACROS
#include <curses.h>

namespace switchboard::client::top {

namespace {

constexpr int escape_delay_ms = 50;

enum Pair : short { green = 1, yellow, red };

Key key_of(int code) {
    switch (code) {
        case KEY_UP:
        case 'k': return Key::up;
        case KEY_DOWN:
        case 'j': return Key::down;
        case KEY_PPAGE: return Key::page_up;
        case KEY_NPAGE:
        case ' ': return Key::page_down;
        case KEY_HOME:
        case 'g': return Key::home;
        case KEY_END:
        case 'G': return Key::end;
        case KEY_ENTER:
        case '\r':
        case '\n': return Key::enter;
        case KEY_BACKSPACE:
        case 27:
        case 127: return Key::back;
        case 's': return Key::sort;
        case 'p': return Key::pause;
        case 'r': return Key::refresh;
        case 'q':
        case 'Q': return Key::quit;
        default: return Key::none;
    }
}

}  // namespace

struct Display::Impl {
    // The keyboard is opened a second time: Asio makes what it waits for non-blocking, and a non-blocking terminal loses output.
    Impl(Executor executor, Events told, int keyboard_file, SCREEN* opened)
        : events(std::move(told)), terminal(opened), keyboard(executor, keyboard_file), resizes(executor) {}

    void wait_for_keys();
    void wait_for_resize();
    void prepare();
    attr_t attributes(Style style) const;

    Events events;
    SCREEN* terminal;
    asio::posix::basic_stream_descriptor<Executor> keyboard;
    asio::basic_signal_set<Executor> resizes;
    bool colours = false;
};

Result<std::unique_ptr<Display>> Display::open(Executor executor, Events events) {
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return Error{ErrorCode::illegal_state, "this is no terminal; --once prints one snapshot, --json prints it as JSON"};
    const int keyboard = ::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (keyboard < 0) return Error{ErrorCode::illegal_state, "the terminal does not belong to this process; --once prints one snapshot"};
    // Sizes come from the terminal, whatever LINES and COLUMNS say.
    use_env(false);
    // ncurses leaves signals alone that have a handler already.
    std::unique_ptr<Impl> impl = std::make_unique<Impl>(executor, std::move(events), keyboard, nullptr);
    impl->resizes.add(SIGWINCH);
    impl->terminal = newterm(nullptr, stdout, stdin);
    if (!impl->terminal) {
        const char* type = std::getenv("TERM");
        return Error{ErrorCode::illegal_state, std::string("unknown type of terminal ") + (type ? type : "") + "; set TERM, or use --once"};
    }
    impl->prepare();
    impl->wait_for_keys();
    impl->wait_for_resize();
    return std::unique_ptr<Display>(new Display(std::move(impl)));
}

Display::Display(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Display::~Display() {
    endwin();
    delscreen(impl_->terminal);
}

void Display::Impl::prepare() {
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, true);
    nodelay(stdscr, true);
    set_escdelay(escape_delay_ms);
    curs_set(0);
    const char* no_color = std::getenv("NO_COLOR");
    if ((no_color && *no_color) || !has_colors() || start_color() == ERR) return;
    colours = true;
    const short background = use_default_colors() == OK ? -1 : COLOR_BLACK;
    init_pair(green, COLOR_GREEN, background);
    init_pair(yellow, COLOR_YELLOW, background);
    init_pair(red, COLOR_RED, background);
}

void Display::Impl::wait_for_keys() {
    keyboard.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& failure) {
        if (failure == asio::error::operation_aborted) return;
        pollfd state{STDIN_FILENO, POLLIN, 0};
        if (failure || (poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR | POLLNVAL)))) return events.gone();
        // A key may end the display, so all are read first.
        std::vector<Key> keys;
        for (int code = getch(); code != ERR; code = getch()) keys.push_back(key_of(code));
        wait_for_keys();
        for (const Key key : keys) events.key(key);
    });
}

void Display::Impl::wait_for_resize() {
    resizes.async_wait([this](const boost::system::error_code& cancelled, int) {
        if (cancelled) return;
        winsize size{};
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) resizeterm(size.ws_row, size.ws_col);
        wait_for_resize();
        events.resized();
    });
}

attr_t Display::Impl::attributes(Style style) const {
    const auto coloured = [this](Pair pair, attr_t with, attr_t without) { return colours ? with | static_cast<attr_t>(COLOR_PAIR(pair)) : without; };
    switch (style) {
        case Style::normal: return A_NORMAL;
        case Style::strong: return A_BOLD;
        case Style::dim: return A_DIM;
        case Style::title: return A_REVERSE;
        case Style::heading: return A_BOLD | A_UNDERLINE;
        case Style::good: return coloured(green, A_NORMAL, A_NORMAL);
        case Style::warning: return coloured(yellow, A_BOLD, A_BOLD);
        case Style::alarm: return coloured(red, A_BOLD, A_BOLD | A_UNDERLINE);
    }
    return A_NORMAL;
}

int Display::rows() const { return getmaxy(stdscr); }
int Display::columns() const { return getmaxx(stdscr); }

void Display::show(const Screen& screen) {
    erase();
    for (int y = 0; y < static_cast<int>(screen.size()) && y < rows(); ++y) {
        const Line& line = screen[static_cast<std::size_t>(y)];
        move(y, 0);
        for (const Span& span : line.spans) {
            attr_t attributes = impl_->attributes(span.style);
            if (line.chosen) attributes |= A_REVERSE;
            // The first and the last line are bars, whatever stands in them.
            if (line.spans.front().style == Style::title) attributes |= A_REVERSE;
            attrset(static_cast<int>(attributes));
            addstr(span.text.c_str());
        }
    }
    attrset(A_NORMAL);
    refresh();
}

}  // namespace switchboard::client::top
