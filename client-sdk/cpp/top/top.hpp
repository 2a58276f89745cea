// SPDX-License-Identifier: Apache-2.0
// `switchboard top`: a supervisor's wallboard in a terminal. Thread: one io_context of its own; signing in again happens beside it.
#pragma once

#include "switchboard_client/client.hpp"

#include <string>

namespace switchboard::client::top {

struct TopOptions {
    ClientOptions client;
    // To sign in again when the token has expired: by login and password, or by reading the file once more. All may be empty.
    std::string login, password, token_file;
};

// The token in the file, without the line's end. Errors: invalid_argument.
Result<std::string> read_token(const std::string& file);
// A token by whatever the options hold for it; blocks for seconds. Errors: those of login() and read_token().
Result<std::string> fetch_token(const TopOptions& options);

// Until the reader quits. The exit status; `complaint` tells what is to be said after the terminal is a normal one again.
int run_wallboard(TopOptions options, std::string& complaint);
// One snapshot on standard output, as text of so many columns or as JSON. The exit status and a complaint, as above.
int print_once(ClientOptions options, bool json, int columns, std::string& complaint);

}  // namespace switchboard::client::top
