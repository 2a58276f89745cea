// SPDX-License-Identifier: Apache-2.0
#include "chat/chat.hpp"
#include "commands.hpp"
#include "switchboard_client/http.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace switchboard::client {

namespace {

int fail(const std::string& message) {
    std::cerr << "switchboard chat: " << message << '\n';
    return 2;
}

int run_customer(ChatOptions options) {
    asio::io_context context(1);
    return make_customer_chat(context, std::move(options))->run();
}

int run_agent(ChatOptions options) {
    if (options.login.empty()) {
        if (isatty(STDIN_FILENO)) std::cerr << "Login: " << std::flush;
        if (!isatty(STDIN_FILENO) || !std::getline(std::cin, options.login) || options.login.empty())
            return fail("an agent needs a login: --login NAME");
    }
    options.password = read_password("Password: ");
    const auto token = login(options.client.server, options.client.site, options.login, options.password);
    if (token.has_error()) return fail(token.error().message);
    options.client.credential = {Credential::Kind::agent_token, *token};
    asio::io_context context(1);
    return make_agent_chat(context, std::move(options))->run();
}

}  // namespace

int run_chat(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    ChatOptions options;
    std::string role, url = "ws://127.0.0.1:8080", encoding = "proto";
    CLI::App app("Chat from a terminal, as a customer or as an agent.", "switchboard chat");
    app.add_option("--as", role, "customer or agent")->required()->check(CLI::IsMember({"customer", "agent"}));
    app.add_option("--url", url, "the server")->capture_default_str();
    app.add_option("--site", options.client.site, "public key of the site")->capture_default_str();
    app.add_option("--login", options.login, "agent: the login; the password is asked for, or read from a pipe");
    app.add_option("--department", options.department, "customer: the department; else you are asked");
    app.add_option("--topic", options.topic, "customer: one of its topics");
    app.add_option("--name", options.name, "customer: your name");
    app.add_option("--encoding", encoding, "proto or json")->check(CLI::IsMember({"proto", "json"}))->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const auto server = parse_server_url(url);
    if (server.has_error()) return fail(server.error().message);
    options.client.server = *server;
    options.client.encoding = encoding == "json" ? Encoding::json : Encoding::protobuf;
    options.client.program = "switchboard-chat/" SWITCHBOARD_VERSION;
    // A mistyped address should say so instead of trying for ever.
    const auto alive = http_request(*server, "/livez", {}, std::chrono::seconds(5));
    if (alive.has_error()) return fail(alive.error().message + "; is the server running? `switchboard serve --demo` starts one");
    return role == "agent" ? run_agent(std::move(options)) : run_customer(std::move(options));
}

}  // namespace switchboard::client
