// SPDX-License-Identifier: Apache-2.0
// How long those who wait will still wait, from what the router knows and from how the departments did so far.
//
// A conversation is answered when its agents have let go of one conversation more often than there are competitors before it. Let go
// happens at the rate mu: the sum over the conversations that agents who may take it have in hand, each at the rate of its department.
// Of k competitors before it each one leaves by itself at the rate theta. So its wait is a sum of exponential times
//     T = X(0) + ... + X(k),  X(i) ~ Exp(mu + i * theta)
// (the delay estimators of Whitt, Management Science 45(6), 1999, and of Ibrahim and Whitt, MSOM 11(3), 2009). A competitor that
// shares only some of its agents counts by the share of their rate. P50 and P90 are those of the gamma distribution with the mean and
// variance of T (Wilson and Hilferty 1931), times a factor per department that follows what came true (Robbins and Monro 1951): after
// each judged estimate log(factor) moves by gain * (missed - allowed), so in the long run one in two and one in ten are missed.
//
// Not foreseen: later steps of a ladder, agents who come or go, more urgent ones who come later. The factor answers for them.
// Rates are occurrences / exposure, both halved now and then, so the past fades. Pure. Thread: whoever owns it, one at a time.
#pragma once

#include "domain/competition.hpp"
#include "domain/conversation.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

namespace switchboard::domain {

struct WaitEstimate {
    Duration p50{0};
    Duration p90{0};  // never less than p50
};

class WaitEstimator {
public:
    // One accepted change.
    void learn(const Conversation& conversation, Timestamp now);
    void forget(const ConversationId& gone, Timestamp now) { leave(gone, false, now); }
    // Somebody who had been told an estimate was answered: later than it said? Who left is not judged: nobody knows how long it would
    // have taken.
    void judge(const DepartmentId& department, bool after_p50, bool after_p90);

    struct Estimates {
        // As the groups of the competition. Unset: no agent who may take it accepts work and has something in hand; or it is behind
        // more than 20,000 others; or it belongs to one of too many groups.
        std::vector<std::vector<std::optional<WaitEstimate>>> waiting;
        std::vector<std::optional<WaitEstimate>> newcomers;  // as the departments: without skills, behind all who wait there
    };
    Estimates estimate(const Competition& competition, Timestamp now);

    // Another router begins: what goes on is told again, what was learned stays.
    void restart();

private:
    // How often something happens to each of those who are there.
    struct Rate {
        double occurrences, exposure_s;  // to begin with: what is assumed, and with how much weight
        unsigned there = 0;
        Timestamp until{};

        void advance(Timestamp now);
        void happened();
        double per_second() const { return occurrences / exposure_s; }
    };
    struct Department {
        Rate letting_go{1.0, 300.0};  // one in 5 minutes
        Rate leaving{0.5, 600.0};     // one in 20 minutes
        double log_p50 = 0, log_p90 = 0;
    };
    enum class Stage : std::uint8_t { none, waiting, held };
    struct Presence {
        DepartmentId department;
        Stage stage = Stage::none;
    };
    struct Queue;
    class Sweep;

    static Stage stage_of(const Conversation& conversation);
    void enter(const ConversationId& id, Presence presence, Timestamp now);
    void leave(const ConversationId& id, bool happened, Timestamp now);
    Rate& rate(const Presence& presence);
    Department& known(const DepartmentId& id) { return departments_[id]; }

    std::unordered_map<DepartmentId, Department> departments_;
    std::unordered_map<ConversationId, Presence> present_;
};

}  // namespace switchboard::domain
