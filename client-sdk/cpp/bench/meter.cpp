// SPDX-License-Identifier: Apache-2.0
#include "bench/meter.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

namespace switchboard::client {

namespace {

double microseconds(const timespec& time) { return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3; }

}  // namespace

// /proc/PID/stat counts in ticks of 10 ms; the process's CPU clock is the same sum in nanoseconds.
double process_cpu_us(pid_t pid) {
    clockid_t clock = 0;
    timespec time{};
    if (pid <= 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
    return microseconds(time);
}

double this_thread_cpu_us() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return microseconds(time);
}

std::uint64_t process_rss_bytes(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    std::uint64_t size = 0, resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

MachineTime machine_time() {
    std::ifstream file("/proc/stat");
    std::string label;
    file >> label;
    MachineTime time;
    // user nice system idle iowait irq softirq steal; guest time is part of user.
    for (int i = 0; i < 8; ++i) {
        std::uint64_t ticks = 0;
        file >> ticks;
        time.total += ticks;
        if (i == 7) time.stolen = ticks;
    }
    return time;
}

double steal_percent(const MachineTime& before, const MachineTime& after) {
    const auto total = after.total - before.total;
    return total == 0 ? 0 : 100.0 * static_cast<double>(after.stolen - before.stolen) / static_cast<double>(total);
}

int core_count() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

void pin_this_thread(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    sched_setaffinity(0, sizeof set, &set);
}

namespace {

// Never returns. Only what is safe after a fork.
[[noreturn]] void spin(int core) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Where the kernel shares processors between sessions first, SCHED_IDLE counts only within one: so a session of the least weight.
    setsid();
    const int group = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
    if (group >= 0 && write(group, "19", 2) < 0) _exit(0);
    pin_this_thread(core);
    const sched_param parameters{};
    if (sched_setscheduler(0, SCHED_IDLE, &parameters) != 0) _exit(0);
    for (volatile unsigned turns = 0;; turns = turns + 1) {
    }
}

}  // namespace

KeepAwake::KeepAwake() {
    for (int core = 0; core < core_count(); ++core) {
        const pid_t child = fork();
        if (child == 0) spin(core);
        if (child > 0) children_.push_back(child);
    }
}

KeepAwake::~KeepAwake() {
    for (const pid_t child : children_) kill(child, SIGKILL);
    for (const pid_t child : children_) waitpid(child, nullptr, 0);
}

void wait_for_quiet(double seconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < deadline) {
        const KeepAwake spinning;
        const MachineTime before = machine_time();
        std::this_thread::sleep_for(std::chrono::milliseconds(400));
        if (steal_percent(before, machine_time()) < 6) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
    }
}

}  // namespace switchboard::client
