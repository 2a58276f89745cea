// SPDX-License-Identifier: Apache-2.0
#include "runtime/redis_process.hpp"

#include "runtime/data_directory.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace switchboard::runtime {

namespace {

using namespace std::chrono_literals;

constexpr int kept_in_child = 3;

void close_from(int first) {
    if (close_range(static_cast<unsigned>(first), ~0U, 0) == 0) return;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = first; fd < static_cast<int>(limit.rlim_cur); ++fd) close(fd);
}

// In the child, between fork and exec: only what is allowed there while other threads may hold locks.
[[noreturn]] void become(char* const* command, int kept_fd, int output_fd, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // the parent died before the signal was armed
    setsid();                           // Ctrl-C in a terminal is for the server, which stops Redis last
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    const int kept = fcntl(kept_fd, F_DUPFD, 10);
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
    dup2(kept, kept_in_child);
    close_from(kept_in_child + 1);
    execv(command[0], command);
    _exit(127);
}

}  // namespace

RedisAnswer ask_redis(const std::string& socket_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof address.sun_path) return RedisAnswer::none;
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
    const FileDescriptor link(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!link || connect(link.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return RedisAnswer::none;
    constexpr std::string_view ping = "PING\r\n";
    if (send(link.get(), ping.data(), ping.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(ping.size())) return RedisAnswer::none;
    pollfd readable{link.get(), POLLIN, 0};
    if (poll(&readable, 1, 1000) != 1) return RedisAnswer::none;
    char reply[16] = {};
    if (recv(link.get(), reply, sizeof reply - 1, 0) <= 0) return RedisAnswer::none;
    if (std::string_view(reply).starts_with("+PONG")) return RedisAnswer::ready;
    return std::string_view(reply).starts_with("-LOADING") ? RedisAnswer::loading : RedisAnswer::none;
}

std::optional<std::string> find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
    while (!rest.empty()) {
        const std::string_view directory = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), directory.size() + 1));
        std::string candidate = std::string(directory) + '/' + name;
        if (!directory.empty() && access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return std::nullopt;
}

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& command, int kept_fd, int output_fd) {
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) become(words.data(), kept_fd, output_fd, parent);
    if (pid < 0) return Error{ErrorCode::unavailable, std::string("cannot start a process: ") + std::strerror(errno)};
    return ChildProcess(pid);
}

std::optional<std::string> ChildProcess::ended() {
    int status = 0;
    if (!end_ && waitpid(pid_, &status, WNOHANG) == pid_)
        end_ = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "exit code " + std::to_string(WEXITSTATUS(status));
    return end_;
}

void ChildProcess::stop(std::chrono::milliseconds patience) {
    if (ended()) return;
    kill(pid_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!ended() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
    if (ended()) return;
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    end_ = "signal " + std::to_string(SIGKILL);
}

}  // namespace switchboard::runtime
