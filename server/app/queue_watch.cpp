// SPDX-License-Identifier: Apache-2.0
#include "app/queue_watch.hpp"

#include "app/model.hpp"
#include "app/session_registry.hpp"
#include "app/tenants.hpp"
#include "ports/queue_board.hpp"

namespace switchboard::app {

namespace {

constexpr Duration round_every{500};
constexpr auto read_for_customers = std::chrono::seconds(2);  // watchers get every round
constexpr auto fresh_for = std::chrono::seconds(4);
constexpr std::size_t history_bytes = 512 * 1024;  // must fit into an agent's outbox

StaffedDepartments staffed_by(const v1::QueueSnapshot& snapshot) {
    StaffedDepartments staffed;
    for (const auto& department : snapshot.departments())
        if (department.agents_available() > 0) staffed.insert(department.id());
    return staffed;
}

v1::ServerFrame departments_frame(const domain::TenantConfig& config, const StaffedDepartments& staffed, bool staff) {
    v1::ServerFrame frame;
    auto& changed = *frame.mutable_departments_changed();
    for (const auto& department : config.departments)
        *changed.add_departments() = info_of(department, staffed.contains(department.id.value), staff);
    return frame;
}

v1::QueuesWatched watched(const v1::QueueSnapshot& current, const std::vector<std::string>& history) {
    v1::QueuesWatched answer;
    *answer.mutable_current() = current;
    std::size_t first = history.size(), bytes = 0;
    while (first > 0 && bytes + history[first - 1].size() < history_bytes) bytes += history[--first].size();
    for (; first < history.size(); ++first)
        if (!answer.add_history()->ParseFromString(history[first])) answer.mutable_history()->RemoveLast();
    return answer;
}

}  // namespace

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
        board.staffed = staffed_by(board.snapshot);
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
        if (!session->congested()) session->send(shared);
}

void QueueWatch::push_availability(const TenantId& tenant, Board& board, const domain::TenantConfig& config) {
    std::string state = std::to_string(config.version);
    for (const auto& department : config.departments)
        state += std::string(department.open ? "o" : "c") + (board.staffed.contains(department.id.value) ? "s" : "-");
    if (state == std::exchange(board.told, state)) return;
    const std::string for_customers = departments_frame(config, board.staffed, false).SerializeAsString();
    const std::string for_staff = departments_frame(config, board.staffed, true).SerializeAsString();
    auto customers = SharedFrame::of_raw(for_customers);
    auto staff = SharedFrame::of_raw(for_staff);
    for (const auto& session : sessions_.of_tenant(tenant)) session->send(session->staff() ? staff : customers);
}

void QueueWatch::staffed(const TenantId& tenant, std::function<void(const StaffedDepartments&)> done) {
    Board& board = boards_[tenant];
    if (board.known && Clock::now() - board.read_at < fresh_for) return done(board.staffed);
    board.waiting.push_back([this, tenant, done = std::move(done)] { done(boards_[tenant].staffed); });
    read(tenant);
}

void QueueWatch::watch(const LocalSessionPtr& session, Callback<v1::QueuesWatched> done) {
    const TenantId tenant = session->tenant();
    context_.board.read_history(tenant, [this, alive = alive_, tenant, session, done = std::move(done)](Result<std::vector<std::string>> history) {
        if (!*alive) return;
        if (!history) return done(history.error());
        staffed(tenant, [this, tenant, session, history = std::move(*history), done](const StaffedDepartments&) {
            Board& board = boards_[tenant];
            if (session->open()) board.watchers[session.get()] = session;
            done(watched(board.snapshot, history));
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
