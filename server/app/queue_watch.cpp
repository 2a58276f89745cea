// SPDX-License-Identifier: Apache-2.0
#include "app/queue_watch.hpp"

#include "app/model.hpp"
#include "app/session_registry.hpp"
#include "app/tenants.hpp"
#include "ports/queue_board.hpp"

#include <boost/asio/post.hpp>

namespace switchboard::app {

namespace {

constexpr Duration round_every{500};
constexpr auto read_for_customers = std::chrono::seconds(2);  // watchers get every round
constexpr auto fresh_for = std::chrono::seconds(4);
constexpr auto fresh_for_watchers = round_every;  // what they see is at most a second old, their first look included
constexpr std::size_t sessions_per_turn = 500;

DepartmentStates states_in(const v1::QueueSnapshot& snapshot) {
    DepartmentStates states;
    for (const auto& department : snapshot.departments())
        states[department.id()] = {department.agents_available() > 0, department.full()};
    return states;
}

v1::ServerFrame departments_frame(const domain::TenantConfig& config, const DepartmentStates& states, Timestamp now, bool staff) {
    v1::ServerFrame frame;
    auto& changed = *frame.mutable_departments_changed();
    for (const auto& department : config.departments)
        *changed.add_departments() = info_of(department, state_of(states, department), now, staff);
    return frame;
}

v1::QueuesWatched watched(const v1::QueueSnapshot& current, const std::vector<std::string>& history, std::size_t most_bytes) {
    v1::QueuesWatched answer;
    *answer.mutable_current() = current;
    std::size_t first = history.size(), bytes = 0;
    while (first > 0 && bytes + history[first - 1].size() < most_bytes) bytes += history[--first].size();
    for (; first < history.size(); ++first)
        if (!answer.add_history()->ParseFromString(history[first])) answer.mutable_history()->RemoveLast();
    return answer;
}

}  // namespace

DepartmentState state_of(const DepartmentStates& states, const domain::Department& department) {
    const auto found = states.find(department.id.value);
    return found == states.end() ? DepartmentState{} : found->second;
}

QueueWatch::QueueWatch(Context& context, SessionRegistry& sessions) : context_(context), sessions_(sessions), timer_(context.executor) {}

QueueWatch::~QueueWatch() { *alive_ = false; }

void QueueWatch::start() { arm(); }

void QueueWatch::arm() {
    timer_.expires_after(round_every);
    timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (cancelled || !*alive) return;
        round();
        arm();
    });
}

void QueueWatch::round() {
    for (auto board = boards_.begin(); board != boards_.end();) {
        const bool needed = sessions_.any(board->first) || board->second.reading || !board->second.waiting.empty();
        board = needed ? std::next(board) : boards_.erase(board);
    }
    const auto now = Clock::now();
    // Reading may answer at once and change the table.
    std::vector<TenantId> due;
    for (const auto& [tenant, board] : boards_)
        if (!board.watchers.empty() || now - board.read_at >= read_for_customers) due.push_back(tenant);
    for (const auto& tenant : due) read(tenant);
}

void QueueWatch::read(const TenantId& tenant) {
    Board& board = boards_[tenant];
    if (std::exchange(board.reading, true)) return;
    context_.board.read(tenant, [this, alive = alive_, tenant](Result<std::string> bytes) {
        if (*alive) took(tenant, std::move(bytes));
    });
}

void QueueWatch::took(const TenantId& tenant, Result<std::string> bytes) {
    Board& board = boards_[tenant];
    board.reading = false;
    board.read_at = Clock::now();
    // While the store is away, what was known last is shown; snapshots say how old they are.
    if (bytes && (!board.known || *bytes != board.bytes) && board.snapshot.ParseFromString(*bytes)) {
        board.known = true;
        board.bytes = std::move(*bytes);
        board.states = states_in(board.snapshot);
        push_snapshot(board);
        if (const auto config = context_.tenants.cached(tenant)) push_availability(tenant, board, *config);
    }
    for (auto& done : std::exchange(board.waiting, {})) done();
}

void QueueWatch::push_snapshot(Board& board) {
    if (board.watchers.empty()) return;
    v1::ServerFrame frame;
    *frame.mutable_queue_snapshot() = board.snapshot;
    const std::string bytes = frame.SerializeAsString();
    auto shared = SharedFrame::of_raw(bytes);
    std::vector<LocalSessionPtr> watchers;
    for (const auto& [key, session] : board.watchers) watchers.push_back(session);
    for (const auto& session : watchers)
        if (!session->skips_one()) session->send(shared);
}

void QueueWatch::push_availability(const TenantId& tenant, Board& board, const domain::TenantConfig& config) {
    const Timestamp now = context_.clock.now();
    std::string customers = departments_frame(config, board.states, now, false).SerializeAsString();
    std::string staff = departments_frame(config, board.states, now, true).SerializeAsString();
    const bool for_customers = customers != board.told_customers, for_staff = staff != board.told_staff;
    if (!for_customers && !for_staff) return;
    board.told_customers = std::move(customers);
    board.told_staff = std::move(staff);
    const bool unfinished = board.unfinished;  // whom the older one has not told is told now
    const auto broadcast = std::make_shared<Broadcast>();
    broadcast->tenant = tenant;
    broadcast->number = ++board.broadcasts;
    for (const auto& session : sessions_.of_tenant(tenant))
        if (unfinished || (session->staff() ? for_staff : for_customers)) broadcast->left.push_back(session);
    board.unfinished = true;
    tell_some(broadcast);
}

// So many sessions that they would hold up the others are told in several turns of the loop; a newer broadcast ends this one.
void QueueWatch::tell_some(const std::shared_ptr<Broadcast>& broadcast) {
    const auto board = boards_.find(broadcast->tenant);
    if (board == boards_.end() || board->second.broadcasts != broadcast->number) return;
    auto customers = SharedFrame::of_raw(board->second.told_customers);
    auto staff = SharedFrame::of_raw(board->second.told_staff);
    for (std::size_t i = 0; i < sessions_per_turn && !broadcast->left.empty(); ++i) {
        const auto session = std::move(broadcast->left.back());
        broadcast->left.pop_back();
        session->send(session->staff() ? staff : customers);
    }
    board->second.unfinished = !broadcast->left.empty();
    if (broadcast->left.empty()) return;
    asio::post(context_.executor, [this, alive = alive_, broadcast] {
        if (*alive) tell_some(broadcast);
    });
}

void QueueWatch::departments(const TenantId& tenant, std::function<void(const DepartmentStates&)> done) {
    known_within(tenant, fresh_for, std::move(done));
}

void QueueWatch::known_within(const TenantId& tenant, Clock::duration age, std::function<void(const DepartmentStates&)> done) {
    Board& board = boards_[tenant];
    if (board.known && Clock::now() - board.read_at < age) return done(board.states);
    board.waiting.push_back([this, tenant, done = std::move(done)] { done(boards_[tenant].states); });
    read(tenant);
}

void QueueWatch::current(const TenantId& tenant, std::function<void(const v1::QueueSnapshot&)> done) {
    known_within(tenant, fresh_for_watchers, [this, tenant, done = std::move(done)](const DepartmentStates&) { done(boards_[tenant].snapshot); });
}

const DepartmentStates& QueueWatch::known(const TenantId& tenant) { return boards_[tenant].states; }

void QueueWatch::watch(const LocalSessionPtr& session, Callback<v1::QueuesWatched> done) {
    const TenantId tenant = session->tenant();
    context_.board.read_history(tenant, [this, alive = alive_, tenant, session, done = std::move(done)](Result<std::vector<std::string>> history) {
        if (!*alive) return;
        if (!history) return done(history.error());
        known_within(tenant, fresh_for_watchers, [this, tenant, session, history = std::move(*history), done](const DepartmentStates&) {
            Board& board = boards_[tenant];
            if (session->open()) board.watchers[session.get()] = session;
            // As JSON it is about four times as large, and half of the outbox is left for what is live.
            done(watched(board.snapshot, history, context_.limits.agent_outbox_bytes / 8));
        });
    });
}

void QueueWatch::unwatch(const LocalSession& session) {
    const auto board = boards_.find(session.tenant());
    if (board != boards_.end()) board->second.watchers.erase(&session);
}

void QueueWatch::on_config(const TenantId& tenant, const domain::TenantConfigPtr& config) {
    const auto board = boards_.find(tenant);
    if (config && board != boards_.end() && board->second.known) push_availability(tenant, board->second, *config);
}

}  // namespace switchboard::app
