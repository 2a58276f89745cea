// SPDX-License-Identifier: Apache-2.0
#include "top/view.hpp"

#include "top/render.hpp"
#include "top/text.hpp"

#include <algorithm>
#include <tuple>

namespace switchboard::client::top {

namespace {

constexpr std::int64_t history_every = 15'000, history_for = 30 * 60'000;
constexpr std::int64_t default_in_time_ms = 60'000;

double service_share(const v1::QueueTotals& totals) {
    return counted(totals) == 0 ? 1.0 : static_cast<double>(totals.answered_in_time()) / static_cast<double>(counted(totals));
}

bool nobody_there(const v1::DepartmentQueue& department) {
    return department.waiting() + department.offered() > 0 && department.agents_available() == 0;
}

bool comes_before(const v1::DepartmentQueue& a, const v1::DepartmentQueue& b, Order order, std::int64_t time) {
    const auto age = [&](const v1::DepartmentQueue& one) { return oldest_age(one, time); };
    switch (order) {
        case Order::trouble: {
            const auto weight = [&](const v1::DepartmentQueue& one) {
                return std::tuple(trouble(one, time), one.unroutable() > 0, one.full(), nobody_there(one), age(one), one.waiting(), one.active());
            };
            return weight(a) > weight(b);
        }
        case Order::waiting: return std::tuple(a.waiting(), age(a)) > std::tuple(b.waiting(), age(b));
        case Order::oldest: return age(a) > age(b);
        case Order::service_level: return service_share(a.recent()) < service_share(b.recent());
        case Order::configured: break;
    }
    return false;
}

}  // namespace

// ---- what the numbers mean

std::int64_t oldest_age(const v1::DepartmentQueue& department, std::int64_t time_ms) {
    return department.oldest_ms() == 0 ? 0 : std::max<std::int64_t>(time_ms - department.oldest_ms(), 0);
}

Trouble trouble_of_wait(const v1::DepartmentQueue& department, std::int64_t waited_ms) {
    const std::int64_t in_time = department.service_level_s() > 0 ? department.service_level_s() * std::int64_t{1000} : default_in_time_ms;
    return waited_ms > 3 * in_time ? Trouble::alarm : waited_ms > in_time ? Trouble::attention : Trouble::none;
}

Trouble trouble(const v1::DepartmentQueue& department, std::int64_t time_ms) {
    if (department.unroutable() > 0 || department.full() || nobody_there(department)) return Trouble::alarm;
    return trouble_of_wait(department, oldest_age(department, time_ms));
}

std::uint64_t counted(const v1::QueueTotals& totals) {
    return totals.answered() + totals.abandoned() - std::min(totals.abandoned(), totals.abandoned_in_time());
}

std::string service_level(const v1::QueueTotals& totals) { return percent(totals.answered_in_time(), counted(totals)); }
std::string abandon_rate(const v1::QueueTotals& totals) {
    const auto abandoned = totals.abandoned() - std::min(totals.abandoned(), totals.abandoned_short());
    return percent(abandoned, totals.answered() + abandoned);
}
std::string answer_speed(const v1::QueueTotals& totals) {
    return totals.answered() == 0 ? "-" : lapse(static_cast<std::int64_t>(totals.answered_wait_ms() / totals.answered()));
}

// ---- news

void View::start(v1::QueuesWatched watched) {
    history_.clear();
    for (v1::QueueSnapshot& old : *watched.mutable_history()) history_.push_back(std::move(old));
    if (watched.current().time_ms() != 0) take(std::move(*watched.mutable_current()));
}

void View::take(v1::QueueSnapshot snapshot) {
    remember(snapshot);
    if (paused_ && known()) {
        aside_ = std::move(snapshot);
    } else {
        show(std::move(snapshot));
    }
}

void View::show(v1::QueueSnapshot snapshot) {
    const int before = cursor();
    snapshot_ = std::move(snapshot);
    if (page_ != Page::waiting) return;
    // What the cursor was on has left the queue: it stays at its place.
    const v1::DepartmentQueue* shown = department();
    if (!shown || shown->first().empty()) {
        conversation_.clear();
    } else if (std::none_of(shown->first().begin(), shown->first().end(), [&](const auto& one) { return one.conversation_id() == conversation_; })) {
        conversation_ = shown->first(std::min(before, shown->first_size() - 1)).conversation_id();
    }
}

void View::remember(const v1::QueueSnapshot& snapshot) {
    if (!history_.empty() && snapshot.time_ms() < history_.back().time_ms() + history_every) return;
    history_.push_back(snapshot);
    for (v1::DepartmentQueue& department : *history_.back().mutable_departments()) department.clear_first();
    while (history_.front().time_ms() < snapshot.time_ms() - history_for) history_.pop_front();
}

void View::explained(const std::string& conversation, const v1::ServerFrame& answer) {
    if (page_ != Page::explanation || conversation != conversation_) return;
    refusal_.clear();
    if (answer.has_explanation()) {
        explanation_ = answer.explanation();
    } else if (answer.error().code() == v1::NOT_FOUND) {
        refusal_ = "This conversation is over, or it is not one of this tenant.";
    } else {
        refusal_ = "No explanation: " + (answer.error().message().empty() ? v1::ErrorCode_Name(answer.error().code()) : answer.error().message());
    }
}

// ---- the cursor

std::vector<const v1::DepartmentQueue*> View::departments() const {
    std::vector<const v1::DepartmentQueue*> sorted;
    for (const v1::DepartmentQueue& department : snapshot_.departments()) sorted.push_back(&department);
    std::stable_sort(sorted.begin(), sorted.end(), [this](const auto* a, const auto* b) { return comes_before(*a, *b, order_, snapshot_.time_ms()); });
    return sorted;
}

const v1::DepartmentQueue* View::department() const {
    for (const v1::DepartmentQueue& one : snapshot_.departments())
        if (one.id() == department_) return &one;
    return nullptr;
}

int View::cursor() const {
    if (page_ == Page::departments) {
        const auto all = departments();
        const auto found = std::find_if(all.begin(), all.end(), [this](const auto* one) { return one->id() == department_; });
        return found == all.end() ? 0 : static_cast<int>(found - all.begin());
    }
    const v1::DepartmentQueue* shown = department();
    for (int i = 0; shown && i < shown->first_size(); ++i)
        if (shown->first(i).conversation_id() == conversation_) return i;
    return 0;
}

void View::move(int by) {
    if (page_ == Page::departments) {
        const auto all = departments();
        if (all.empty()) return;
        // Until the first key the cursor is on whatever is first.
        department_ = all[static_cast<std::size_t>(std::clamp(cursor() + by, 0, static_cast<int>(all.size()) - 1))]->id();
    } else if (const v1::DepartmentQueue* shown = department(); shown && shown->first_size() > 0) {
        conversation_ = shown->first(std::clamp(cursor() + by, 0, shown->first_size() - 1)).conversation_id();
    }
}

void View::scroll(int by) {
    const int most = std::max(explanation_height(*this) - body_height(*this), 0);
    scroll_ = std::clamp(scroll_ + by, 0, most);
}

// ---- keys

Wish View::enter() {
    move(0);
    if (page_ == Page::departments) {
        if (!department()) return Wish::nothing;
        page_ = Page::waiting;
        conversation_.clear();
        move(0);
        return Wish::nothing;
    }
    if (page_ == Page::waiting && conversation_.empty()) return Wish::nothing;
    if (page_ == Page::waiting) {
        page_ = Page::explanation;
        scroll_ = 0;
        explanation_.reset();
        refusal_.clear();
    }
    return Wish::explain;
}

void View::back() {
    page_ = page_ == Page::explanation ? Page::waiting : Page::departments;
    if (page_ == Page::waiting) show(snapshot_);
}

Wish View::press(Key key) {
    constexpr int far = 1'000'000;
    const int page = std::max(body_height(*this) - 1, 1);
    const auto go = [this](int by) { page_ == Page::explanation ? scroll(by) : move(by); };
    switch (key) {
        case Key::none: break;
        case Key::up: go(-1); break;
        case Key::down: go(1); break;
        case Key::page_up: go(-page); break;
        case Key::page_down: go(page); break;
        case Key::home: go(-far); break;
        case Key::end: go(far); break;
        case Key::enter: return enter();
        case Key::back: back(); break;
        case Key::sort:
            if (page_ == Page::departments) order_ = order_ == Order::configured ? Order::trouble : static_cast<Order>(static_cast<int>(order_) + 1);
            break;
        case Key::pause:
            paused_ = !paused_;
            if (!paused_ && aside_) show(std::move(*aside_));
            aside_.reset();
            break;
        case Key::refresh: return page_ == Page::explanation ? Wish::explain : Wish::nothing;
        case Key::quit: return Wish::quit;
    }
    return Wish::nothing;
}

}  // namespace switchboard::client::top
