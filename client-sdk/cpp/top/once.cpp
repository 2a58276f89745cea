// SPDX-License-Identifier: Apache-2.0
// One snapshot for scripts: connect, take what comes first, print it.
#include "top/render.hpp"
#include "top/text.hpp"
#include "top/top.hpp"

#include <google/protobuf/util/json_util.h>

#include <cstdio>

namespace switchboard::client::top {

namespace {

constexpr auto patience = std::chrono::seconds(15);

class Once final : public ClientListener {
public:
    Once(asio::io_context& context, ClientOptions options)
        : context_(context), client_(std::make_shared<Client>(context.get_executor(), std::move(options), *this)), deadline_(context.get_executor()) {}

    void run() {
        deadline_.expires_after(patience);
        deadline_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) end("the server did not send a snapshot within 15 s");
        });
        client_->start();
        context_.run();
    }

    void on_welcome(const v1::Welcome&) override {
        v1::ClientFrame frame;
        frame.mutable_watch_queues()->set_watch(true);
        client_->request(std::move(frame), [this](const v1::ServerFrame& reply) {
            if (reply.has_error()) return end("the server does not show its queues: " + reply.error().message() + "; sign in as a supervisor");
            watched = reply.queues_watched();
            // A server that has just started has nothing to show yet.
            if (watched.current().time_ms() != 0) end({});
        });
    }
    void on_queue_snapshot(const v1::QueueSnapshot& snapshot) override {
        *watched.mutable_current() = snapshot;
        end({});
    }
    void on_disconnected(const Disconnect& lost) override {
        end("the server ended the session: " + (lost.text.empty() ? "code " + std::to_string(lost.code) : lost.text));
    }

    v1::QueuesWatched watched;
    std::string complaint;

private:
    void end(std::string why) {
        complaint = std::move(why);
        client_->abandon();
        context_.stop();
    }

    asio::io_context& context_;
    std::shared_ptr<Client> client_;
    Timer deadline_;
};

}  // namespace

int print_once(ClientOptions options, bool json, int columns, std::string& complaint) {
    const std::string site = options.site;
    options.reconnect = false;
    asio::io_context context(1);
    Once once(context, std::move(options));
    once.run();
    complaint = once.complaint;
    if (!complaint.empty()) return 2;
    std::string text;
    if (json) {
        google::protobuf::util::JsonPrintOptions print;
        print.always_print_primitive_fields = true;
        (void)google::protobuf::util::MessageToJsonString(once.watched.current(), &text, print);
        text += '\n';
    } else {
        const std::int64_t now = once.watched.current().time_ms();
        View view(site, use_utf8());
        view.set_size(24, columns);
        view.start(std::move(once.watched));
        for (const Line& line : render_plain(view, now)) {
            std::string row = line.text();
            row.erase(row.find_last_not_of(' ') + 1);
            text += row + '\n';
        }
    }
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written) complaint = "the snapshot could not be written";
    return written ? 0 : 1;
}

}  // namespace switchboard::client::top
