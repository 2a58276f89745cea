// SPDX-License-Identifier: Apache-2.0
#include "chat/terminal.hpp"
#include "commands.hpp"
#include "switchboard_client/http.hpp"
#include "top/top.hpp"

#include <CLI/CLI.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace switchboard::client {

namespace top {

Result<std::string> read_token(const std::string& file) {
    std::ifstream input(file);
    std::string token;
    if (!input || !std::getline(input, token) || token.empty()) return Error{ErrorCode::invalid_argument, "cannot read a line from " + file};
    if (token.back() == '\r') token.pop_back();
    return token;
}

Result<std::string> fetch_token(const TopOptions& options) {
    if (!options.token_file.empty()) return read_token(options.token_file);
    return login(options.client.server, options.client.site, options.login, options.password);
}

}  // namespace top

namespace {

struct Flags {
    top::TopOptions top;
    std::string url = "ws://127.0.0.1:8080", password_file;
    bool once = false, json = false;
};

int fail(const std::string& message) {
    std::cerr << "switchboard top: " << message << '\n';
    return 2;
}

constexpr const char* explanations =
    "Columns: WAIT waiting, ASK offered to an agent, ACT active chats, SLOTS used / all of the agents that are available,\n"
    "AGENTS available / away / offline; of the last 30 minutes: SL answered in time, ASA average speed of answer, ABN gave up\n"
    "(short abandons left aside); <P90 answered within the estimate; ESTIMATE for who comes now, half and nine of ten; TREND of those who wait in 30 minutes.\n"
    "Keys: arrows, Page Up and Page Down move, Enter shows who waits and then why, Esc goes back, s sorts, p pauses, q quits.\n"
    "NO_COLOR turns colours off. Without --login, a token comes from --token-file or from SWITCHBOARD_TOKEN.";

void add_flags(CLI::App& app, Flags& flags) {
    app.add_option("--url", flags.url, "the server")->capture_default_str();
    app.add_option("--site", flags.top.client.site, "public key of a site of the tenant")->capture_default_str();
    auto* login = app.add_option("--login", flags.top.login, "a supervisor's login; the password is asked for, or read from a pipe");
    app.add_option("--password-file", flags.password_file, "a file whose first line is the password")->needs(login);
    app.add_option("--token-file", flags.top.token_file, "a file whose first line is an access token or the company's JWT")->excludes(login);
    app.add_flag("--once", flags.once, "print one snapshot and end");
    app.add_flag("--json", flags.json, "print one snapshot as JSON and end");
    app.footer(explanations);
}

// The credential, or the exit status.
int find_credential(Flags& flags) {
    top::TopOptions& options = flags.top;
    options.client.credential.kind = Credential::Kind::agent_token;
    const char* from_environment = std::getenv("SWITCHBOARD_TOKEN");
    if (options.login.empty() && options.token_file.empty() && from_environment && *from_environment) {
        options.client.credential.token = from_environment;
        return 0;
    }
    if (options.token_file.empty()) {
        if (options.login.empty() && isatty(STDIN_FILENO)) {
            std::cerr << "Login: " << std::flush;
            std::getline(std::cin, options.login);
        }
        if (options.login.empty()) return fail("give --login NAME, --token-file FILE or the environment variable SWITCHBOARD_TOKEN");
        if (flags.password_file.empty()) {
            options.password = read_password("Password: ");
        } else {
            const auto password = top::read_token(flags.password_file);
            if (password.has_error()) return fail(password.error().message);
            options.password = *password;
        }
    }
    const auto token = top::fetch_token(options);
    if (token.has_error()) return fail(token.error().message);
    options.client.credential.token = *token;
    return 0;
}

int columns_of_output() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 140;
}

}  // namespace

int run_top(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    Flags flags;
    CLI::App app("Watch the queues from a terminal, as a supervisor.", "switchboard top");
    add_flags(app, flags);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const bool once = flags.once || flags.json;
    if (!once && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
        return fail("this is no terminal; --once prints one snapshot, --json prints it as JSON");
    const auto server = parse_server_url(flags.url);
    if (server.has_error()) return fail(server.error().message);
    flags.top.client.server = *server;
    flags.top.client.program = "switchboard-top/" SWITCHBOARD_VERSION;
    // A mistyped address should say so instead of trying for ever.
    const auto alive = http_request(*server, "/livez", {}, std::chrono::seconds(5));
    if (alive.has_error()) return fail(alive.error().message + "; is the server running? `switchboard serve --demo` starts one");
    if (const int status = find_credential(flags)) return status;
    std::string complaint;
    const int status = once ? top::print_once(flags.top.client, flags.json, columns_of_output(), complaint)
                            : top::run_wallboard(std::move(flags.top), complaint);
    if (!complaint.empty()) std::cerr << "switchboard top: " << complaint << '\n';
    return status;
}

}  // namespace switchboard::client
