// SPDX-License-Identifier: Apache-2.0
// The commands of the program that are clients of a server. `argv` starts with the command's own name. They return the exit
// status: 0, 1 for a result that is not right, 2 for a wrong command line or a server that cannot be reached.
#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <functional>

namespace switchboard::client {

// What the server's own code measures without a server; its figures as the keys of one JSON object.
struct ServerBenches {
    std::function<boost::json::object(std::size_t agents, std::size_t queued, std::size_t classes)> routing;
};
int run_bench(int argc, char** argv, const ServerBenches& server);
int run_chat(int argc, char** argv);
int run_top(int argc, char** argv);

}  // namespace switchboard::client
