// SPDX-License-Identifier: Apache-2.0
#include "domain/wait_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace switchboard::domain {

namespace {

constexpr double forget_above = 200;  // occurrences that are remembered before they are halved
constexpr double gain = 0.1;
constexpr double most_log = 1.6;      // a factor stays between 1/5 and 5
constexpr double missed_p50 = 0.5, missed_p90 = 0.1;
constexpr double normal_p90 = 1.2816;
constexpr std::size_t most_told = 20'000;
constexpr Duration longest = std::chrono::hours(24);

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// The quantile of the gamma distribution with this mean and variance at which the normal one has `normal`.
double gamma_quantile(double mean, double variance, double normal) {
    const double ninth = variance / (9 * mean * mean);
    const double root = std::max(0.0, 1 - ninth + normal * std::sqrt(ninth));
    return mean * root * root * root;
}

Duration rounded(double time_s) { return Duration{std::llround(std::min(time_s, seconds(longest)) * 1000)}; }

void follow(double& log_factor, bool missed, double allowed) {
    log_factor = std::clamp(log_factor + gain * ((missed ? 1 : 0) - allowed), -most_log, most_log);
}

// Overlap of each group with each: the rate at which agents of both let go.
class Overlaps {
public:
    Overlaps(const Competition& picture, const std::vector<double>& letting_go) : size_(picture.compared), rates_(size_ * size_) {
        for (const Competition::Team& team : picture.teams) {
            double rate = 0;
            for (const auto& [department, conversations] : team.holds) rate += conversations * letting_go[department];
            if (rate == 0) continue;
            for (const std::uint32_t one : team.groups)
                for (const std::uint32_t other : team.groups) rates_[one * size_ + other] += rate;
        }
    }
    double rate(std::size_t group) const { return rates_[group * size_ + group]; }
    // What one conversation before it, of the group `other`, takes of what the agents of `group` let go.
    double share(std::size_t other, std::size_t group) const {
        const double whole = rate(other);
        return whole > 0 ? rates_[other * size_ + group] / whole : 0;
    }

private:
    std::size_t size_;
    std::vector<double> rates_;
};

struct InOrder {
    const Competition::Waiting* waiting;
    std::uint32_t group;
    std::uint32_t place;  // in the group
};

std::vector<InOrder> in_order(const Competition& picture) {
    std::vector<InOrder> all;
    for (std::uint32_t group = 0; group < picture.groups.size(); ++group)
        for (std::uint32_t i = 0; i < picture.groups[group].waiting.size(); ++i) all.push_back({&picture.groups[group].waiting[i], group, i});
    std::sort(all.begin(), all.end(), [](const InOrder& a, const InOrder& b) {
        return a.waiting->order != b.waiting->order ? a.waiting->order < b.waiting->order : *a.waiting->id < *b.waiting->id;
    });
    return all;
}

}  // namespace

// Mean and variance of the wait with 0, 1, 2 ... competitors ahead.
struct WaitEstimator::Queue {
    double letting_go = 0, leaving = 0;
    std::vector<double> mean, variance;

    std::pair<double, double> at(double ahead) {
        const auto low = static_cast<std::size_t>(ahead);
        while (mean.size() <= low + 1) add();
        const double part = ahead - static_cast<double>(low);
        return {std::lerp(mean[low], mean[low + 1], part), std::lerp(variance[low], variance[low + 1], part)};
    }

private:
    void add() {
        const double rate = letting_go + static_cast<double>(mean.size()) * leaving;
        mean.push_back((mean.empty() ? 0 : mean.back()) + 1 / rate);
        variance.push_back((variance.empty() ? 0 : variance.back()) + 1 / (rate * rate));
    }
};

void WaitEstimator::Rate::advance(Timestamp now) {
    if (now > until) {
        exposure_s += there * seconds(now - until);
        until = now;
    }
}

void WaitEstimator::Rate::happened() {
    occurrences += 1;
    if (occurrences <= forget_above) return;
    occurrences /= 2;
    exposure_s /= 2;
}

WaitEstimator::Stage WaitEstimator::stage_of(const Conversation& conversation) {
    switch (conversation.status) {
        case ConversationStatus::queued:
        case ConversationStatus::offered: return Stage::waiting;
        case ConversationStatus::active:
        case ConversationStatus::wrap_up: return Stage::held;
        default: return Stage::none;
    }
}

WaitEstimator::Rate& WaitEstimator::rate(const Presence& presence) {
    Department& department = known(presence.department);
    return presence.stage == Stage::held ? department.letting_go : department.leaving;
}

void WaitEstimator::enter(const ConversationId& id, Presence presence, Timestamp now) {
    if (presence.stage == Stage::none) return;
    Rate& joined = rate(presence);
    if (joined.there == 0) joined.until = now;
    joined.advance(now);
    ++joined.there;
    present_.emplace(id, std::move(presence));
}

void WaitEstimator::leave(const ConversationId& id, bool happened, Timestamp now) {
    const auto found = present_.find(id);
    if (found == present_.end()) return;
    Rate& left = rate(found->second);
    left.advance(now);
    --left.there;
    if (happened) left.happened();
    present_.erase(found);
}

void WaitEstimator::learn(const Conversation& conversation, Timestamp now) {
    const Stage stage = stage_of(conversation);
    const auto found = present_.find(conversation.id);
    const Stage was = found == present_.end() ? Stage::none : found->second.stage;
    if (stage == was && (stage == Stage::none || found->second.department == conversation.requirement.department)) return;
    const bool left = was == Stage::waiting && conversation.status == ConversationStatus::closed;
    leave(conversation.id, left || (was == Stage::held && stage != Stage::held), now);
    enter(conversation.id, {conversation.requirement.department, stage}, now);
}

void WaitEstimator::judge(const DepartmentId& department, bool after_p50, bool after_p90) {
    Department& judged = known(department);
    follow(judged.log_p50, after_p50, missed_p50);
    follow(judged.log_p90, after_p90, missed_p90);
}

void WaitEstimator::restart() {
    present_.clear();
    for (auto& [id, department] : departments_) department.letting_go.there = department.leaving.there = 0;
}

// Goes through all that waits, next first.
class WaitEstimator::Sweep {
public:
    Sweep(WaitEstimator& estimator, const Competition& picture, Timestamp now)
        : overlaps_(picture, letting_go(estimator, picture, now)), passed_(picture.compared) {
        for (std::size_t i = 0; i < passed_.size(); ++i) {
            Department& department = estimator.known(picture.departments[picture.groups[i].department].id);
            department.leaving.advance(now);
            departments_.push_back(&department);
            queues_.push_back({overlaps_.rate(i), department.leaving.per_second(), {}, {}});
        }
    }

    void pass(std::size_t group) {
        if (group >= passed_.size()) return;
        if (passed_[group] == 0) seen_.push_back(group);
        passed_[group] += 1;
        ++all_;
    }

    // For one of the group that would come next.
    std::optional<WaitEstimate> tell(std::size_t group) {
        if (group >= passed_.size() || queues_[group].letting_go == 0 || all_ > most_told) return std::nullopt;
        Queue& queue = queues_[group];
        double ahead = 0;
        for (const std::size_t other : seen_) ahead += passed_[other] * overlaps_.share(other, group);
        const auto [mean, variance] = queue.at(ahead);
        const double p50 = gamma_quantile(mean, variance, 0) * std::exp(departments_[group]->log_p50);
        const double p90 = gamma_quantile(mean, variance, normal_p90) * std::exp(departments_[group]->log_p90);
        return WaitEstimate{rounded(std::min(p50, p90)), rounded(p90)};
    }

private:
    static std::vector<double> letting_go(WaitEstimator& estimator, const Competition& picture, Timestamp now) {
        std::vector<double> rates;
        for (const Competition::Department& department : picture.departments) {
            Rate& rate = estimator.known(department.id).letting_go;
            rate.advance(now);
            rates.push_back(rate.per_second());
        }
        return rates;
    }

    Overlaps overlaps_;
    std::vector<double> passed_;     // conversations of the group that come before
    std::vector<std::size_t> seen_;  // groups of which some do
    std::size_t all_ = 0;
    std::vector<Queue> queues_;
    std::vector<const Department*> departments_;  // of the groups
};

WaitEstimator::Estimates WaitEstimator::estimate(const Competition& picture, Timestamp now) {
    Sweep sweep(*this, picture, now);
    Estimates result;
    for (const Competition::Group& group : picture.groups) result.waiting.emplace_back(group.waiting.size());
    for (const InOrder& each : in_order(picture)) {
        result.waiting[each.group][each.place] = sweep.tell(each.group);
        sweep.pass(each.group);
    }
    for (std::size_t i = 0; i < picture.departments.size(); ++i) {
        const bool at_once = picture.groups[i].room && picture.departments[i].waiting == 0;
        result.newcomers.push_back(at_once ? std::optional(WaitEstimate{}) : sweep.tell(i));
    }
    return result;
}

}  // namespace switchboard::domain
