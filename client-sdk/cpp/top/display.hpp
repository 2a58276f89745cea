// SPDX-License-Identifier: Apache-2.0
// The terminal as a screen, by ncurses: shows a Screen, tells keys and changes of size. Owns the terminal's modes from open() on and
// gives them back with its end. With NO_COLOR, or where there are none, styles are bold, reverse and dim. One at a time; thread: its
// io_context, which a terminal that takes no output holds up until it takes some again.
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "top/screen.hpp"
#include "top/view.hpp"

#include <functional>
#include <memory>

namespace switchboard::client::top {

class Display {
public:
    struct Events {
        std::function<void(Key)> key;
        std::function<void()> resized;
        std::function<void()> gone;  // the terminal was closed
    };

    // Errors: standard input or output is no terminal, or one of an unknown type.
    static Result<std::unique_ptr<Display>> open(Executor executor, Events events);
    ~Display();

    int rows() const;
    int columns() const;
    void show(const Screen& screen);

private:
    struct Impl;
    explicit Display(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace switchboard::client::top
