// SPDX-License-Identifier: Apache-2.0
// The commands of the program that are clients of a server. `argv` starts with the command's own name. They return the exit
// status: 0, 1 for a result that is not right, 2 for a wrong command line or a server that cannot be reached.
#pragma once

namespace switchboard::client {

int run_bench(int argc, char** argv);
int run_chat(int argc, char** argv);

}  // namespace switchboard::client
