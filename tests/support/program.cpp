// SPDX-License-Identifier: Apache-2.0
#include "support/program.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace switchboard::test {

namespace {

using namespace std::chrono_literals;

std::string read_file(const std::string& path) {
    std::ifstream input(path);
    std::stringstream content;
    content << input.rdbuf();
    return content.str();
}

pid_t spawn(const Arguments& arguments, const std::string& input, const std::string& output, const std::string& error,
            const Environment& environment) {
    std::string path = server_program();
    std::vector<char*> words = {path.data()};
    Arguments copy = arguments;
    for (std::string& word : copy) words.push_back(word.data());
    words.push_back(nullptr);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    dup2(open(input.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open(error.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execv(path.c_str(), words.data());
    _exit(126);
}

int wait_for(pid_t pid, std::chrono::seconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline) return -1;
        std::this_thread::sleep_for(2ms);
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

std::string server_program() {
    if (const char* named = std::getenv("PROGRAM_UNDER_TEST")) return named;
    // BUILD/tests/NAME -> BUILD/switchboard
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "switchboard").string();
}

Directory::Directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "switchboard-cli-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

Directory::~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Ended run_program(const Arguments& arguments, const std::string& input, const Environment& environment) {
    const Directory directory;
    std::ofstream(directory.file("in")) << input;
    const pid_t pid = spawn(arguments, directory.file("in"), directory.file("out"), directory.file("err"), environment);
    Ended ended;
    ended.status = wait_for(pid, 120s);
    if (ended.status == -1) {
        kill(pid, SIGKILL);
        ended.status = wait_for(pid, 120s);
    }
    ended.output = read_file(directory.file("out"));
    ended.error = read_file(directory.file("err"));
    return ended;
}

Serving::Serving(const Arguments& flags) {
    Arguments arguments = {"serve", "--listen", "127.0.0.1", "--port", "0", "--threads", "2"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    pid_ = spawn(arguments, "/dev/null", directory_.file("out"), directory_.file("err"), {});
    const auto deadline = std::chrono::steady_clock::now() + 120s;
    for (;;) {
        const std::string said = log();
        const std::size_t port = said.find(" port=", said.find("server.listening"));
        if (said.find("server.listening") != std::string::npos && said.find('\n', port) != std::string::npos) {
            port_ = std::to_string(std::stoul(said.substr(port + 6)));
            return;
        }
        if (wait(0s) != -1 || std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the server did not start: " + said);
        std::this_thread::sleep_for(5ms);
    }
}

Serving::~Serving() {
    if (wait(0s) != -1) return;
    send(SIGTERM);
    if (wait(60s) != -1) return;
    send(SIGKILL);
    wait(60s);
}

pid_t Serving::redis_pid() const {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const std::string stat = read_file(entry.path() / "stat");
        std::istringstream rest(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
        char state = 0;
        pid_t parent = 0;
        if (rest >> state >> parent && parent == pid_ && stat.find("(redis-server)") != std::string::npos) return std::stoi(name);
    }
    return 0;
}

void Serving::send(int signal) const { kill(pid_, signal); }

int Serving::wait(std::chrono::seconds patience) {
    if (status_ == -1) status_ = wait_for(pid_, patience);
    return status_;
}

std::string Serving::log() const { return read_file(directory_.file("err")); }

bool gone(pid_t pid) {
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    return stat.empty() || stat.compare(stat.rfind(')') + 2, 1, "Z") == 0;
}

}  // namespace switchboard::test
