// SPDX-License-Identifier: Apache-2.0
#include "simulation/estimate_judge.hpp"

#include <cmath>
#include <optional>

namespace switchboard::simulation {

namespace {

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

std::optional<domain::WaitEstimate> estimate_of(const ConversationId& id, const domain::Competition& picture,
                                                const domain::WaitEstimator::Estimates& estimates) {
    for (std::size_t group = 0; group < picture.groups.size(); ++group)
        for (std::size_t i = 0; i < picture.groups[group].waiting.size(); ++i)
            if (*picture.groups[group].waiting[i].id == id) return estimates.waiting[group][i];
    return std::nullopt;
}

}  // namespace

void EstimateJudge::fact(const domain::Input& input, Timestamp now) {
    if (next_) next_->fact(input, now);
    if (const auto* conversation = std::get_if<domain::Conversation>(&input)) estimator_.learn(*conversation, now);
    if (const auto* gone = std::get_if<domain::ConversationGone>(&input)) estimator_.forget(gone->id, now);
}

void EstimateJudge::arrived(const domain::Router& router, const domain::Conversation& conversation, Timestamp now) {
    if (next_) next_->arrived(router, conversation, now);
    const auto known = router.conversation(conversation.id);
    if (!known || known->status != domain::ConversationStatus::queued) return;
    ++sums_.waited;
    const domain::Competition picture = router.competition();
    const auto estimate = estimate_of(conversation.id, picture, estimator_.estimate(picture, now));
    if (!estimate) return;
    ++sums_.told;
    told_.emplace(conversation.id, *estimate);
}

void EstimateJudge::answered(const domain::Router& router, const domain::Conversation& conversation, Duration wait, Timestamp now) {
    if (next_) next_->answered(router, conversation, wait, now);
    const auto told = told_.find(conversation.id);
    if (told == told_.end()) return;
    ++sums_.judged;
    const bool after_p50 = wait > told->second.p50, after_p90 = wait > told->second.p90;
    if (!after_p50) ++sums_.within_p50;
    if (!after_p90) ++sums_.within_p90;
    sums_.error_s += std::abs(seconds(wait - told->second.p50));
    sums_.wait_s += seconds(wait);
    estimator_.judge(conversation.requirement.department, after_p50, after_p90);
    told_.erase(told);
}

void EstimateJudge::left(const domain::Router& router, const domain::Conversation& conversation, Duration wait, Timestamp now) {
    if (next_) next_->left(router, conversation, wait, now);
    told_.erase(conversation.id);
}

void EstimateJudge::progress(std::size_t arrived, std::size_t of) {
    if (next_) next_->progress(arrived, of);
}

EstimateFigures EstimateJudge::figures() const {
    EstimateFigures means = sums_;
    if (sums_.judged > 0) {
        means.error_s /= static_cast<double>(sums_.judged);
        means.wait_s /= static_cast<double>(sums_.judged);
    }
    return means;
}

}  // namespace switchboard::simulation
