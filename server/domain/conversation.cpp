// SPDX-License-Identifier: Apache-2.0
#include "domain/conversation.hpp"

#include <array>

namespace switchboard::domain {

namespace {

struct Transition {
    ConversationStatus from;
    Verb verb;
    ConversationStatus to;
};

using enum ConversationStatus;

constexpr Transition transitions[] = {
    {queued, Verb::offer, offered},  {offered, Verb::accept, active},        {offered, Verb::end_offer, queued},
    {queued, Verb::abandon, closed}, {offered, Verb::abandon, closed},       {active, Verb::transfer, queued},
    {active, Verb::requeue, queued}, {active, Verb::begin_wrap_up, wrap_up}, {active, Verb::close, closed},
    {wrap_up, Verb::close, closed},  {queued, Verb::pick, active},           {queued, Verb::move, queued},
    {queued, Verb::turn_away, closed},
};

constexpr std::array<std::string_view, 5> status_words = {"queued", "offered", "active", "wrap_up", "closed"};
constexpr std::array<std::string_view, 7> reason_words = {"none",     "resolved",    "abandoned",   "ended_by_customer",
                                                           "inactive", "turned_away", "out_of_hours"};
constexpr std::array<std::string_view, 4> outcome_words = {"accepted", "declined", "timed_out", "withdrawn"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& words, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i)
        if (words[i] == text) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace

std::optional<ConversationStatus> next_status(ConversationStatus from, Verb verb) {
    for (const Transition& transition : transitions)
        if (transition.from == from && transition.verb == verb) return transition.to;
    return std::nullopt;
}

std::string_view to_string(ConversationStatus status) {
    return status_words.at(static_cast<std::size_t>(status));
}
std::string_view to_string(ClosedReason reason) {
    return reason_words.at(static_cast<std::size_t>(reason));
}
std::string_view to_string(OfferOutcome outcome) {
    return outcome_words.at(static_cast<std::size_t>(outcome));
}

std::optional<ConversationStatus> parse_status(std::string_view text) {
    return parse<ConversationStatus>(status_words, text);
}
std::optional<ClosedReason> parse_closed_reason(std::string_view text) {
    return parse<ClosedReason>(reason_words, text);
}

}  // namespace switchboard::domain
