// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "runtime/cli.hpp"

int main(int argc, char** argv) {
    using namespace switchboard;
    return runtime::run(argc, argv,
                        {{"bench", "Measure a server under load, or prove that it delivers.", client::run_bench},
                         {"chat", "Chat at the prompt, as a customer or as an agent.", client::run_chat}});
}
