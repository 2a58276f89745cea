// SPDX-License-Identifier: Apache-2.0
#include "top/display.hpp"
#include "top/render.hpp"
#include "top/text.hpp"
#include "top/top.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include <csignal>

namespace switchboard::client::top {

namespace {

constexpr auto redraw_every = std::chrono::seconds(1);  // ages and countdowns
constexpr auto sign_in_again_after = std::chrono::seconds(5);

class Wallboard final : public ClientListener {
public:
    Wallboard(asio::io_context& context, TopOptions options);

    int run();
    const std::string& complaint() const { return complaint_; }

    void on_welcome(const v1::Welcome& welcome) override;
    void on_disconnected(const Disconnect& lost) override;
    void on_queue_snapshot(const v1::QueueSnapshot& snapshot) override;

private:
    void press(Key key);
    void explain();
    void watch();
    void sign_in();
    void signed_in(Result<std::string> token);
    void connect();
    void leave(int status, std::string complaint = {});
    void tick();
    void draw();
    void draw_soon();
    std::int64_t now_ms() const;

    asio::io_context& context_;
    TopOptions options_;
    View view_;
    std::unique_ptr<Display> display_;
    std::shared_ptr<Client> client_;
    asio::basic_signal_set<Executor> signals_;
    Timer timer_;
    Timer sign_in_timer_;
    asio::thread_pool worker_{1};  // for signing in, which blocks
    bool watching_ = false;        // WatchQueues waits for its answer
    bool drawing_ = false;         // about to
    // The server's clock: told by Welcome, carried on by ours.
    std::int64_t server_ms_ = 0;
    std::chrono::steady_clock::time_point told_at_{};
    int status_ = 0;
    std::string complaint_;
};

Wallboard::Wallboard(asio::io_context& context, TopOptions options)
    : context_(context),
      options_(std::move(options)),
      view_(options_.client.site, use_utf8()),
      signals_(context.get_executor(), SIGINT, SIGTERM, SIGHUP),
      timer_(context.get_executor()),
      sign_in_timer_(context.get_executor()) {}

int Wallboard::run() {
    auto display = Display::open(context_.get_executor(), {[this](Key key) { press(key); }, [this] { draw_soon(); }, [this] { leave(0); }});
    if (display.has_error()) {
        complaint_ = display.error().message;
        return 2;
    }
    display_ = std::move(*display);
    signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
        if (!cancelled) leave(0);
    });
    connect();
    tick();
    context_.run();
    display_.reset();
    return status_;
}

void Wallboard::leave(int status, std::string complaint) {
    status_ = status;
    complaint_ = std::move(complaint);
    if (client_) client_->abandon();
    context_.stop();
}

// ---- the terminal

void Wallboard::press(Key key) {
    switch (view_.press(key)) {
        case Wish::quit: return leave(0);
        case Wish::explain: explain(); break;
        case Wish::nothing: break;
    }
    draw_soon();
}

void Wallboard::tick() {
    draw();
    timer_.expires_after(redraw_every);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) tick();
    });
}

// Once for all that happens in this turn of the loop.
void Wallboard::draw_soon() {
    if (std::exchange(drawing_, true)) return;
    asio::post(context_, [this] { draw(); });
}

void Wallboard::draw() {
    drawing_ = false;
    view_.set_size(display_->rows(), display_->columns());
    display_->show(render(view_, now_ms()));
}

std::int64_t Wallboard::now_ms() const {
    if (server_ms_ == 0) return std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
    return server_ms_ + std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - told_at_).count();
}

// ---- the server

void Wallboard::connect() {
    watching_ = false;
    client_ = std::make_shared<Client>(context_.get_executor(), options_.client, *this);
    client_->start();
}

void Wallboard::on_welcome(const v1::Welcome& welcome) {
    server_ms_ = welcome.server_time_ms();
    told_at_ = std::chrono::steady_clock::now();
    view_.set_connection({Connection::State::live, {}, 0});
    watch();
    draw_soon();
}

void Wallboard::watch() {
    // One that was not answered before the connection broke is sent again by the client.
    if (std::exchange(watching_, true)) return;
    v1::ClientFrame frame;
    frame.mutable_watch_queues()->set_watch(true);
    client_->request(
        std::move(frame),
        [this](const v1::ServerFrame& reply) {
            watching_ = false;
            if (reply.has_error()) {
                // Lost for good: on_disconnected tells more.
                if (!client_->ready()) return;
                return leave(1, "the server does not show its queues: " + reply.error().message() + "; sign in as a supervisor");
            }
            view_.start(reply.queues_watched());
            draw_soon();
        },
        Repeat::until_answered);
}

void Wallboard::on_queue_snapshot(const v1::QueueSnapshot& snapshot) {
    view_.take(snapshot);
    draw_soon();
}

void Wallboard::explain() {
    v1::ClientFrame frame;
    const std::string conversation = view_.conversation();
    frame.mutable_explain_conversation()->set_conversation_id(conversation);
    client_->request(std::move(frame), [this, conversation](const v1::ServerFrame& reply) {
        view_.explained(conversation, reply);
        draw_soon();
    });
}

void Wallboard::on_disconnected(const Disconnect& lost) {
    const std::string why = lost.text.empty() ? "code " + std::to_string(lost.code) : lost.text;
    const bool expired = lost.code == v1::AUTHENTICATION_FAILED || lost.code == v1::CREDENTIALS_REVOKED;
    view_.set_connection({Connection::State::lost, why, now_ms() + lost.retry_in.count()});
    draw_soon();
    if (!lost.final) return;
    const bool can_sign_in = !options_.password.empty() || !options_.token_file.empty();
    if (!expired || !can_sign_in) return leave(1, "the server ended the session: " + why);
    sign_in();
}

// ---- an access token lives for minutes, a wallboard for days

void Wallboard::sign_in() {
    asio::post(worker_, [this, options = options_] {
        auto token = fetch_token(options);
        asio::post(context_, [this, token = std::move(token)]() mutable { signed_in(std::move(token)); });
    });
}

void Wallboard::signed_in(Result<std::string> token) {
    const bool later = token.has_error() ? token.error().temporary() : *token == options_.client.credential.token;
    if (token.has_error() && !later) return leave(1, "signing in again: " + token.error().message);
    if (!later) {
        options_.client.credential.token = *token;
        return connect();
    }
    // The file still holds the token that was refused, or nobody answers.
    view_.set_connection({Connection::State::lost, token.has_error() ? token.error().message : "the token has expired",
                          now_ms() + std::chrono::milliseconds(sign_in_again_after).count()});
    draw_soon();
    sign_in_timer_.expires_after(sign_in_again_after);
    sign_in_timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) sign_in();
    });
}

}  // namespace

int run_wallboard(TopOptions options, std::string& complaint) {
    asio::io_context context(1);
    Wallboard wallboard(context, std::move(options));
    const int status = wallboard.run();
    complaint = wallboard.complaint();
    return status;
}

}  // namespace switchboard::client::top
