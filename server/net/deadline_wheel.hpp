// SPDX-License-Identifier: Apache-2.0
// The deadlines of all connections of a shard behind one coarse timer: an idle connection costs a list hook and is looked at only
// when something of it may be due. Precise to one tick, never early. It is also the list of the shard's connections.
// Thread: its shard.
#pragma once

#include "net/time.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <cstddef>
#include <functional>

namespace switchboard::net {

class Timed : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    // Does what is due and says when to look again; `never` takes it off the wheel.
    virtual TimePoint check(TimePoint now) = 0;

protected:
    ~Timed() = default;

private:
    friend class DeadlineWheel;
    TimePoint due_ = never;
};

class DeadlineWheel {
public:
    static constexpr std::chrono::seconds tick{1};

    explicit DeadlineWheel(TimePoint now) : swept_(now) {}

    // Looks at `entry` at `when` or sooner: an earlier appointment stands.
    void schedule(Timed& entry, TimePoint when);
    static void remove(Timed& entry) { entry.unlink(); }
    // Checks everything that is due. A check may schedule, remove or destroy any entry.
    void advance(TimePoint now);
    void for_each(const std::function<void(Timed&)>& visit);

private:
    using List = boost::intrusive::list<Timed, boost::intrusive::constant_time_size<false>>;
    static constexpr std::size_t slots = 64;  // later appointments are looked at once a turn and stay

    static std::size_t slot_of(TimePoint when);

    std::array<List, slots> wheel_;
    TimePoint swept_;
};

}  // namespace switchboard::net
