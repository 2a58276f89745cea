// SPDX-License-Identifier: Apache-2.0
// Real servers that share one Redis and route one tenant, and what is done to them. Thread: one.
#pragma once

#include "integration/routing/people.hpp"
#include "support/server_process.hpp"

#include <functional>

namespace switchboard::test {

// Three departments with all that makes routing hard, and agents of different skill and room.
domain::TenantConfig desk(int agents = 6);

// The nodes of one tenant, and who routes.
class Routers {
public:
    explicit Routers(unsigned count);
    ~Routers() { wake(); }

    unsigned count() const { return static_cast<unsigned>(nodes_.size()); }
    void take_lease_away();
    void stop(unsigned which);
    void wake();
    void kill_and_start(unsigned which);
    // One of these, at random. `live` lets time pass while one is stopped.
    void disturb(People& people, const std::function<void(std::chrono::milliseconds)>& live);

    // Ends all in order; all that their routers did is repeated. Returns the number of journals.
    std::size_t repeat_journals(std::vector<std::string>& violations);

private:
    std::vector<std::unique_ptr<ServerProcess>> nodes_;
    bool stopped_ = false;
};

// Waits until nothing has changed for longer than any deadline, while what is offered is accepted; then all is looked at.
void check_at_rest(Stores& stores, People& people, Witness& witness);

}  // namespace switchboard::test
