// SPDX-License-Identifier: Apache-2.0
// How well waits would have been estimated (domain/wait_estimate): each arrival that has to wait is told an estimate, as production
// would tell it, and those that are answered are judged. Pure. Thread: one.
#pragma once

#include "domain/wait_estimate.hpp"
#include "simulation/simulator.hpp"

#include <unordered_map>

namespace switchboard::simulation {

struct EstimateFigures {
    std::size_t waited = 0;      // had to wait
    std::size_t told = 0;        // of these, an estimate could be given
    std::size_t judged = 0;      // of these, answered
    std::size_t within_p50 = 0;  // of the judged
    std::size_t within_p90 = 0;
    double error_s = 0;          // mean distance between the wait and its P50
    double wait_s = 0;           // mean wait of the judged
};

class EstimateJudge final : public Observer {
public:
    // What else wants to look on; null: nothing.
    explicit EstimateJudge(Observer* next = nullptr) : next_(next) {}

    void fact(const domain::Input& input, Timestamp now) override;
    void arrived(const domain::Router& router, const domain::Conversation& conversation, Timestamp now) override;
    void answered(const domain::Router& router, const domain::Conversation& conversation, Duration wait, Timestamp now) override;
    void left(const domain::Router& router, const domain::Conversation& conversation, Duration wait, Timestamp now) override;
    void progress(std::size_t arrived, std::size_t of) override;

    EstimateFigures figures() const;

private:
    Observer* next_;
    domain::WaitEstimator estimator_;
    std::unordered_map<ConversationId, domain::WaitEstimate> told_;
    EstimateFigures sums_;  // of times
};

}  // namespace switchboard::simulation
