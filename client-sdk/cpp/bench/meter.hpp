// SPDX-License-Identifier: Apache-2.0
// What a run costs: CPU time of processes, time stolen by the hypervisor, memory; and threads that keep virtual CPUs from
// sleeping while it is measured. Linux only. Thread: any.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace switchboard::client {

// utime + stime of all threads of the process, in microseconds; 0 when it is gone.
double process_cpu_us(pid_t pid);
double this_thread_cpu_us();
std::uint64_t process_rss_bytes(pid_t pid);

// Time of all cores since boot, in clock ticks.
struct MachineTime {
    std::uint64_t total = 0;
    std::uint64_t stolen = 0;
};
MachineTime machine_time();
double steal_percent(const MachineTime& before, const MachineTime& after);

int core_count();
void pin_this_thread(int core);

// One spinning process per core that yields to any normal work, so that waking up does not wait for the hypervisor.
class KeepAwake {
public:
    KeepAwake();
    ~KeepAwake();
    KeepAwake(const KeepAwake&) = delete;
    KeepAwake& operator=(const KeepAwake&) = delete;

private:
    std::vector<pid_t> children_;
};

// Waits, at most `seconds`, for a moment in which the hypervisor takes little.
void wait_for_quiet(double seconds);

}  // namespace switchboard::client
