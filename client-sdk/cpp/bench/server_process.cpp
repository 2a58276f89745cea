// SPDX-License-Identifier: Apache-2.0
#include "bench/server_process.hpp"

#include "switchboard_client/http.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace switchboard::client {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Error failed(const std::string& what) { return Error{ErrorCode::unavailable, what}; }

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent, const std::vector<int>& cores) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(127);
    setpgid(0, 0);  // Ctrl-C in a terminal is for the parent, who ends the server in order
    if (!cores.empty()) {
        cpu_set_t set;
        CPU_ZERO(&set);
        for (const int core : cores) CPU_SET(static_cast<std::size_t>(core), &set);
        sched_setaffinity(0, sizeof set, &set);
    }
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(arguments[0], arguments);
    _exit(127);
}

// The exit status, 128 + signal, or -1 while it runs.
int wait_for(pid_t pid, bool block) {
    int status = 0;
    pid_t ended = 0;
    do ended = waitpid(pid, &status, block ? 0 : WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended == 0) return -1;
    if (ended < 0) return 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::uint16_t free_port() {
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
    return acceptor.local_endpoint().port();
}

std::vector<pid_t> children_of(pid_t parent, const std::string& name) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string directory = entry.path().filename();
        if (directory.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file(entry.path() / "stat");
        std::string line;
        std::getline(file, line);
        const auto open = line.find('('), close = line.rfind(')');
        if (open == std::string::npos || close == std::string::npos) continue;
        std::istringstream rest(line.substr(close + 1));
        char state = 0;
        pid_t its_parent = 0;
        rest >> state >> its_parent;
        if (its_parent == parent && state != 'Z' && line.substr(open + 1, close - open - 1) == name) found.push_back(std::stoi(directory));
    }
    return found;
}

ServerProcess::ServerProcess(ServerSettings settings) : settings_(std::move(settings)) {
    if (settings_.data_dir.empty()) {
        const char* base = std::getenv("TMPDIR");
        std::string pattern = std::string(base && *base ? base : "/tmp") + "/switchboard-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create " + pattern + ": " + std::strerror(errno));
        settings_.data_dir = pattern;
        temporary_ = true;
    }
    if (settings_.program.empty()) settings_.program = std::filesystem::read_symlink("/proc/self/exe");
    if (settings_.port == 0) settings_.port = free_port();
    address_.endpoint = {boost::asio::ip::make_address("127.0.0.1"), settings_.port};
    address_.host = "127.0.0.1:" + std::to_string(settings_.port);
    log_path_ = settings_.data_dir + "/server.log";
}

ServerProcess::~ServerProcess() {
    if (pid_ > 0 && terminate() < 0) kill();
    std::error_code ignored;
    if (temporary_ && !settings_.keep_data) std::filesystem::remove_all(settings_.data_dir, ignored);
}

pid_t ServerProcess::spawn(const std::vector<std::string>& arguments) {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    const int log = open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) become(pointers.data(), log, parent, settings_.cores);
    if (log >= 0) close(log);
    return child;
}

Result<void> ServerProcess::start() {
    if (!seeded_) {
        if (auto done = seed(); done.has_error()) return done;
        seeded_ = true;
    }
    if (auto launched = launch(); launched.has_error()) return launched;
    return wait_ready();
}

Result<void> ServerProcess::launch() {
    std::vector<std::string> arguments{
        settings_.program, "serve", "--listen", "127.0.0.1", "--port", std::to_string(settings_.port), "--data-dir", settings_.data_dir};
    arguments.insert(arguments.end(), settings_.flags.begin(), settings_.flags.end());
    pid_ = spawn(arguments);
    if (pid_ <= 0) return failed(std::string("cannot start the server: ") + std::strerror(errno));
    return {};
}

Result<void> ServerProcess::seed() {
    if (settings_.tenant_document.empty()) return {};
    const std::string path = settings_.data_dir + "/tenant.json";
    std::ofstream(path) << settings_.tenant_document;
    return run({"tenant", "import", path});
}

Result<void> ServerProcess::run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), settings_.program);
    arguments.insert(arguments.end(), {"--data-dir", settings_.data_dir});
    const pid_t child = spawn(arguments);
    if (child <= 0) return failed(std::string("cannot start ") + arguments.front() + ": " + std::strerror(errno));
    const int status = wait_for(child, true);
    if (status == 0) return {};
    return failed(arguments[1] + " " + arguments[2] + " failed with status " + std::to_string(status) + ":\n" + log_tail());
}

Result<void> ServerProcess::wait_ready() {
    const auto deadline = Clock::now() + 60s;
    while (Clock::now() < deadline) {
        if (!running()) return failed("the server ended at once:\n" + log_tail());
        const auto answer = http_request(address_, "/readyz", {}, 2s);
        if (answer.has_value() && answer->status == 200) return {};
        std::this_thread::sleep_for(20ms);
    }
    return failed("the server is not ready after 60 s:\n" + log_tail());
}

bool ServerProcess::running() {
    if (pid_ <= 0) return false;
    if (wait_for(pid_, false) < 0) return true;
    pid_ = 0;
    return false;
}

void ServerProcess::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait_for(pid_, true);
    pid_ = 0;
}

int ServerProcess::terminate() {
    if (pid_ <= 0) return -1;
    ::kill(pid_, SIGTERM);
    const auto deadline = Clock::now() + 30s;
    while (Clock::now() < deadline) {
        const int status = wait_for(pid_, false);
        if (status >= 0) {
            pid_ = 0;
            return status;
        }
        std::this_thread::sleep_for(5ms);
    }
    return -1;
}

pid_t ServerProcess::redis_pid() const {
    const auto children = pid_ > 0 ? children_of(pid_, "redis-server") : std::vector<pid_t>{};
    return children.empty() ? 0 : children.front();
}

void ServerProcess::kill_redis() {
    if (const pid_t redis = redis_pid(); redis > 0) ::kill(redis, SIGKILL);
}

// It is wherever the server put it inside its data directory.
std::string ServerProcess::redis_socket() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(settings_.data_dir))
        if (entry.is_socket()) return entry.path().string();
    return {};
}

std::string ServerProcess::ask_redis(const std::string& command) const {
    using Protocol = boost::asio::local::stream_protocol;
    boost::system::error_code failure;
    boost::asio::io_context context;
    Protocol::socket socket(context);
    socket.connect(Protocol::endpoint(redis_socket()), failure);
    if (failure) return {};
    boost::asio::write(socket, boost::asio::buffer(command + "\r\nQUIT\r\n"), failure);
    std::string answer;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), failure);
    return answer;
}

std::string ServerProcess::log_tail() const {
    std::ifstream file(log_path_);
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

}  // namespace switchboard::client
