// SPDX-License-Identifier: Apache-2.0
#include "support/redis_server.hpp"

#include <hiredis/hiredis.h>

#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace switchboard::test {

namespace {

using namespace std::chrono_literals;
constexpr auto start_deadline = 15s;
constexpr auto poll_interval = 5ms;

struct CloseContext {
    void operator()(redisContext* context) const { redisFree(context); }
};
struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, CloseContext>;
using ReplyOwner = std::unique_ptr<redisReply, FreeReply>;

std::string render(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.type == REDIS_REPLY_NIL) return "(nil)";
    if (reply.type != REDIS_REPLY_ARRAY) return std::string(reply.str, static_cast<std::size_t>(reply.len));
    std::string joined;
    for (std::size_t i = 0; i < reply.elements; ++i) joined += (i ? " " : "") + render(*reply.element[i]);
    return joined;
}

ReplyOwner ask(redisContext* context, const std::vector<std::string>& words) {
    std::vector<const char*> values;
    std::vector<std::size_t> lengths;
    for (const std::string& word : words) {
        values.push_back(word.data());
        lengths.push_back(word.size());
    }
    return ReplyOwner(static_cast<redisReply*>(redisCommandArgv(context, static_cast<int>(words.size()), values.data(), lengths.data())));
}

Context connect(const std::string& socket_path, const std::string& password) {
    Context context(redisConnectUnixWithTimeout(socket_path.c_str(), timeval{5, 0}));
    if (!context || context->err) return nullptr;
    redisSetTimeout(context.get(), timeval{5, 0});
    if (!password.empty()) ask(context.get(), {"AUTH", password});
    return context;
}

std::filesystem::path make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "switchboard-redis-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
    return name;
}

}  // namespace

std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(socket);
    if (!bound) throw std::runtime_error("no free port on the loopback interface");
    return ntohs(address.sin_port);
}

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)), directory_(make_directory()) {
    if (options_.tcp) port_ = free_port();
    if (!options_.config.empty()) std::ofstream(directory_ / "redis.conf") << options_.config;
    try {
        start();
    } catch (...) {
        end(SIGKILL);
        std::filesystem::remove_all(directory_);
        throw;
    }
}

RedisServer::~RedisServer() {
    end(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void RedisServer::start(const std::vector<std::string>& extra, bool wait_until_loaded) {
    if (pid_ > 0) throw std::runtime_error("redis-server runs already");
    launch(extra);
    wait_until_it_answers(wait_until_loaded);
}

void RedisServer::launch(const std::vector<std::string>& extra) {
    std::vector<std::string> words = {"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1", "--unixsocket", socket_path(),
                                      "--dir", directory_.string(), "--logfile", (directory_ / "redis.log").string(), "--daemonize", "no",
                                      "--save", "", "--enable-debug-command", "yes"};
    if (!options_.config.empty()) words.insert(words.begin() + 1, (directory_ / "redis.conf").string());
    const bool append_only = !options_.appendfsync.empty();
    words.insert(words.end(), {"--appendonly", append_only ? "yes" : "no"});
    if (append_only) words.insert(words.end(), {"--appendfsync", options_.appendfsync});
    words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
    words.insert(words.end(), extra.begin(), extra.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ > 0) return;
    // A test program that is killed takes its servers along.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

void RedisServer::wait_until_it_answers(bool loaded) {
    const auto deadline = std::chrono::steady_clock::now() + start_deadline;
    while (std::chrono::steady_clock::now() < deadline) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            throw std::runtime_error("redis-server did not start (is it installed?): " + log_tail());
        }
        if (const Context context = connect(socket_path(), options_.password)) {
            const ReplyOwner reply = ask(context.get(), {"PING"});
            if (reply && (!loaded || reply->type == REDIS_REPLY_STATUS)) return;
        }
        std::this_thread::sleep_for(poll_interval);
    }
    throw std::runtime_error("redis-server does not answer: " + log_tail());
}

std::string RedisServer::command(const std::vector<std::string>& words) {
    const Context context = connect(socket_path(), options_.password);
    if (!context) throw std::runtime_error("cannot connect to " + socket_path());
    const ReplyOwner reply = ask(context.get(), words);
    if (!reply) throw std::runtime_error("no reply to " + words.front() + ": " + context->errstr);
    return render(*reply);
}

void RedisServer::end(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void RedisServer::kill_hard() { end(SIGKILL); }
void RedisServer::shut_down() { end(SIGTERM); }
void RedisServer::freeze() { ::kill(pid_, SIGSTOP); }
void RedisServer::thaw() { ::kill(pid_, SIGCONT); }

std::string RedisServer::log_tail() const {
    std::ifstream file(directory_ / "redis.log");
    std::stringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    return all.empty() ? "it wrote no log" : all.substr(all.size() > 600 ? all.size() - 600 : 0);
}

}  // namespace switchboard::test
