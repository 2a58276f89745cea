// SPDX-License-Identifier: Apache-2.0
// What a wallboard knows and where its reader is: the newest snapshot and those before it, the page, the cursor. Keys and news change
// it; render() shows it. Pure: no clock, no terminal, no network. Times are milliseconds since 1970 by the server's clock. Thread: one.
#pragma once

#include "switchboard/v1/client.pb.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::client::top {

namespace v1 = switchboard::v1;

enum class Page { departments, waiting, explanation };
enum class Order { trouble, waiting, oldest, service_level, configured };
enum class Key { none, up, down, page_up, page_down, home, end, enter, back, sort, pause, refresh, quit };

struct Connection {
    enum class State { connecting, live, lost };
    State state = State::connecting;
    std::string why;            // of lost
    std::int64_t retry_ms = 0;  // of lost: when it tries again; 0: now
};

// What a key asks of the world outside.
enum class Wish { nothing, quit, explain };

class View {
public:
    explicit View(std::string site, bool unicode = true) : site_(std::move(site)), unicode_(unicode) {}

    void set_size(int rows, int columns) { rows_ = rows, columns_ = columns; }
    void set_connection(Connection connection) { connection_ = std::move(connection); }
    // Replaces the history; a current snapshot without a time is none.
    void start(v1::QueuesWatched watched);
    // While paused it is kept aside.
    void take(v1::QueueSnapshot snapshot);
    // The answer for conversation(), an error included; answers to questions that were left are dropped.
    void explained(const std::string& conversation, const v1::ServerFrame& answer);

    // explain: ask about conversation().
    Wish press(Key key);

    const std::string& site() const { return site_; }
    bool unicode() const { return unicode_; }
    int rows() const { return rows_; }
    int columns() const { return columns_; }
    const Connection& connection() const { return connection_; }
    bool known() const { return snapshot_.time_ms() != 0; }
    const v1::QueueSnapshot& snapshot() const { return snapshot_; }
    const std::deque<v1::QueueSnapshot>& history() const { return history_; }
    Page page() const { return page_; }
    Order order() const { return order_; }
    bool paused() const { return paused_; }
    int scroll() const { return scroll_; }
    const std::string& conversation() const { return conversation_; }
    const std::optional<v1::Explanation>& explanation() const { return explanation_; }
    const std::string& refusal() const { return refusal_; }

    // In the chosen order.
    std::vector<const v1::DepartmentQueue*> departments() const;
    // Where the cursor is; null when there is none or it was removed.
    const v1::DepartmentQueue* department() const;
    // The cursor's index in departments(), or in the department's first(); 0 when what it was on is gone.
    int cursor() const;

private:
    void remember(const v1::QueueSnapshot& snapshot);
    void show(v1::QueueSnapshot snapshot);
    void move(int by);
    void scroll(int by);
    Wish enter();
    void back();

    std::string site_;
    bool unicode_;
    int rows_ = 24, columns_ = 80;
    Connection connection_;
    v1::QueueSnapshot snapshot_;
    std::optional<v1::QueueSnapshot> aside_;  // the newest one, while paused
    std::deque<v1::QueueSnapshot> history_;   // oldest first, one each 15 s, half an hour at most
    Page page_ = Page::departments;
    Order order_ = Order::trouble;
    bool paused_ = false;
    int scroll_ = 0;  // of the explanation
    // The cursor stays with what it is on, wherever that moves.
    std::string department_;
    std::string conversation_;
    std::optional<v1::Explanation> explanation_;
    std::string refusal_;
};

// ---- what the numbers mean

enum class Trouble { none, attention, alarm };

std::int64_t oldest_age(const v1::DepartmentQueue& department, std::int64_t time_ms);
// Against what the department calls "in time": beyond it is worth attention, beyond three times an alarm.
Trouble trouble_of_wait(const v1::DepartmentQueue& department, std::int64_t waited_ms);
Trouble trouble(const v1::DepartmentQueue& department, std::int64_t time_ms);
// Whom service level C counts: answered, or abandoned later than in time.
std::uint64_t counted(const v1::QueueTotals& totals);
std::string service_level(const v1::QueueTotals& totals);
std::string abandon_rate(const v1::QueueTotals& totals);
std::string answer_speed(const v1::QueueTotals& totals);

}  // namespace switchboard::client::top
