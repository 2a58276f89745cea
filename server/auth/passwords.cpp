// SPDX-License-Identifier: Apache-2.0
#include "auth/passwords.hpp"

#include "auth/failure_window.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <sodium.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>

namespace switchboard::auth {

namespace {

constexpr unsigned long long operations = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr std::size_t memory_bytes = crypto_pwhash_MEMLIMIT_INTERACTIVE;

// A hash of the same parameters that no password is known for: what an unknown account is checked against.
const std::string& hash_of_nobody() {
    static const std::string hash =
        "$argon2id$v=19$m=65536,t=2,p=1$c3dpdGNoYm9hcmQgc2FsdA$c3dpdGNoYm9hcmQgaGFzIG5vIHN1Y2ggYWdlbnQgIQA";
    return hash;
}

// An IPv6 client owns its whole /64.
std::string counted_address(const std::string& address) {
    boost::system::error_code failure;
    const asio::ip::address parsed = asio::ip::make_address(address, failure);
    if (failure || !parsed.is_v6() || parsed.to_v6().is_v4_mapped()) return address;
    asio::ip::address_v6::bytes_type bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return asio::ip::address_v6(bytes).to_string();
}

Error too_many(const char* why, Duration wait) {
    return Error{ErrorCode::rate_limited, why, static_cast<std::uint32_t>(wait.count())};
}

using SteadyTime = std::chrono::steady_clock::time_point;

struct Job {
    PasswordAttempt attempt;
    Executor home;
    Callback<bool> done;
    SteadyTime queued = std::chrono::steady_clock::now();
};

}  // namespace

std::string hash_password(const std::string& password) {
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password.data(), password.size(), operations, memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("not enough memory to hash a password");
    return hash;
}

bool password_matches(const std::string& hash, const std::string& password) {
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

struct PasswordChecker::State : std::enable_shared_from_this<State> {
    State(WorkerPool& workers, const PasswordLimits& chosen)
        : pool(workers),
          limits(chosen),
          accounts(chosen.failures_per_account, chosen.window, chosen.tracked),
          addresses(chosen.failures_per_address, chosen.window, chosen.tracked) {}

    // Counts the attempt as failed until it is known better, so that attempts in flight cannot slip past the limit.
    std::optional<Error> admit(const PasswordAttempt& attempt);
    void take_back(const PasswordAttempt& attempt);
    void start(Job job);
    void hash(Job& job);
    void start_next();
    static void answer(Job& job, Result<bool> result);

    WorkerPool& pool;
    const PasswordLimits limits;
    std::mutex mutex;
    FailureWindow accounts;
    FailureWindow addresses;
    std::size_t running = 0;
    std::deque<Job> waiting;
};

std::optional<Error> PasswordChecker::State::admit(const PasswordAttempt& attempt) {
    const Duration wait = std::max(accounts.blocked_for(attempt.account, attempt.now), addresses.blocked_for(attempt.address, attempt.now));
    if (wait.count() > 0) return too_many("too many failed sign-ins", wait);
    if (running >= limits.concurrent && waiting.size() >= limits.waiting) return too_many("too many sign-ins at once", limits.longest_wait);
    accounts.add(attempt.account, attempt.now);
    addresses.add(attempt.address, attempt.now);
    return std::nullopt;
}

void PasswordChecker::State::take_back(const PasswordAttempt& attempt) {
    accounts.remove(attempt.account, attempt.now);
    addresses.remove(attempt.address, attempt.now);
}

void PasswordChecker::State::answer(Job& job, Result<bool> result) {
    asio::post(job.home, [done = std::move(job.done), result = std::move(result)] { done(result); });
}

void PasswordChecker::State::start(Job job) {
    const auto shared = std::make_shared<Job>(std::move(job));
    auto work = [self = shared_from_this(), shared] {
        self->hash(*shared);
        self->start_next();
    };
    if (pool.run(shared->home, work, [] {})) return;
    {
        const std::lock_guard lock(mutex);
        take_back(shared->attempt);
    }
    answer(*shared, too_many("too many sign-ins at once", limits.longest_wait));
    start_next();
}

void PasswordChecker::State::hash(Job& job) {
    const bool known = !job.attempt.hash.empty();
    const bool matches = password_matches(known ? job.attempt.hash : hash_of_nobody(), job.attempt.password) && known;
    if (matches) {
        const std::lock_guard lock(mutex);
        take_back(job.attempt);
        accounts.forget(job.attempt.account);
    }
    answer(job, matches);
}

void PasswordChecker::State::start_next() {
    std::optional<Job> next;
    {
        const std::lock_guard lock(mutex);
        while (!waiting.empty() && !next) {
            next = std::move(waiting.front());
            waiting.pop_front();
            if (std::chrono::steady_clock::now() - next->queued <= limits.longest_wait) continue;
            take_back(next->attempt);
            answer(*next, too_many("too many sign-ins at once", limits.longest_wait));
            next.reset();
        }
        if (!next) --running;
    }
    if (next) start(std::move(*next));
}

PasswordChecker::PasswordChecker(WorkerPool& pool, PasswordLimits limits) : state_(std::make_shared<State>(pool, limits)) {}

void PasswordChecker::check(PasswordAttempt attempt, Executor home, Callback<bool> done) {
    attempt.address = counted_address(attempt.address);
    Job job{std::move(attempt), home, std::move(done)};
    {
        const std::lock_guard lock(state_->mutex);
        if (std::optional<Error> refusal = state_->admit(job.attempt)) return State::answer(job, std::move(*refusal));
        if (state_->running >= state_->limits.concurrent) {
            state_->waiting.push_back(std::move(job));
            return;
        }
        ++state_->running;
    }
    state_->start(std::move(job));
}

}  // namespace switchboard::auth
