// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "runtime/bench_router.hpp"
#include "runtime/cli.hpp"

int main(int argc, char** argv) {
    using namespace switchboard;
    return runtime::run(argc, argv,
                        {{"bench", "Measure a server under load, or prove that it delivers.",
                          [](int count, char** values) { return client::run_bench(count, values, {runtime::bench_router}); }},
                         {"chat", "Chat at the prompt, as a customer or as an agent.", client::run_chat},
                         {"top", "Watch the queues from a terminal, as a supervisor.", client::run_top}});
}
