# SPDX-License-Identifier: Apache-2.0
"""Bugs that the suite must find: what is changed in the product's text, what has to happen to it, and which check has to notice.

A build of its own (target switchboard_seeded) carries them all; the variable SWITCHBOARD_SEEDED_BUG names those that are on,
with a space between them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    name: str
    about: str
    caught_by: tuple          # checks, any of which has to fail
    fault: str = "nothing"    # that is injected meanwhile
    scripts: tuple = ()       # of (script, text, text instead)
    disturbance: str = ""     # of disturbances.py, without which the bug would be found by luck only

    @property
    def switches(self):
        return f"{self.name} {self.disturbance}".rstrip()


# (file, text, text instead): switched on by the bugs that it names.
SOURCES = [
    # A client that believes everything: the real one repairs most of what a server does wrong.
    ("client-sdk/cpp/switchboard_client/event_stream.cpp", "    if (event.seq() <= last_seq_) {", "    if (!TRUSTING && event.seq() <= last_seq_) {"),
    ("client-sdk/cpp/switchboard_client/event_stream.cpp", "    if (!follows(event)) {", "    if (!TRUSTING && !follows(event)) {"),
    ("server/app/channels.cpp", "if (audience == ports::Audience::staff && !follower.session->staff()) return",
     'if (!seeded_bug("wrong_audience") && audience == ports::Audience::staff && !follower.session->staff()) return'),
    ("server/app/channels.cpp", "        follower.cursor = from.seq;\n",
     '        follower.cursor = seeded_bug("resume_repeats_all") ? 0 : seeded_bug("resume_skips_one") && from.seq > 0 ? from.seq + 1 : from.seq;\n'),
    ("server/app/channels.cpp", "        follower.check = from.seq > 0;\n",
     '        follower.check = !seeded_bug("resume_skips_one", "resume_repeats_all") && from.seq > 0;\n'),
    ("server/app/channels.cpp", "    if (page.entries.empty() || page.entries.front().seq != follower.cursor",
     '    if (seeded_bug("tail_not_compared")) {\n        follower.check = false;\n        return true;\n    }\n'
     "    if (page.entries.empty() || page.entries.front().seq != follower.cursor"),
    ("server/app/channels.cpp", "        if (follower.doubted || (seq == follower.cursor && header->event_id != follower.last_id)) {",
     '        if (!seeded_bug("tail_not_compared") && (follower.doubted || (seq == follower.cursor && header->event_id != follower.last_id))) {'),
    ("server/redis/stamp.cpp", "    bytes.append(reinterpret_cast<const char*>(&draft.event_id), sizeof draft.event_id);",
     '    const std::uint64_t id = seeded_bug("event_id_reused") ? 7 : draft.event_id;\n    bytes.append(reinterpret_cast<const char*>(&id), sizeof id);'),
    ("server/redis/connection.cpp", "    if (request.guarded) pipeline_.hold(",
     '    if (request.guarded && !seeded_bug("acknowledged_before_replicated")) pipeline_.hold('),
]
TRUSTING = ("wrong_audience", "resume_skips_one", "resume_repeats_all", "link_wrong", "tail_not_compared")

BUGS = [
    Bug("dedupe_skipped", "a message that is sent again is stored again", ("log_shape", "unknown"), disturbance="commands_twice", scripts=(
        ("message_append", "if number > 0 and number <= last and m[1]", "if false and m[1]"),
        ("message_append", "if not word and number ~= last + 1 then", "if false then"))),
    Bug("turn_not_checked", "a message that comes before its turn is stored", ("log_shape", "unknown"), disturbance="commands_reordered", scripts=(
        ("message_append", "if not word and number ~= last + 1 then", "if false then"),)),
    Bug("room_not_given_back", "a closed conversation goes on counting as load", ("quiescence", "liveness"), scripts=(
        ("prelude", "call('HINCRBY', agent, 'load', -weight)", "call('HINCRBY', agent, 'load', 0)"),)),
    Bug("requeue_lost", "an agent that vanished keeps its conversations", ("quiescence", "liveness"), "agent_gone", (
        ("conversation_requeue", "if c[1] ~= 'active' or", "if true or"),)),
    Bug("assign_epoch_not_raised", "the next owner gets the former one's number", ("owners",), "agent_gone", (
        ("offer_accept", "call('HINCRBY', conversation, 'assign_epoch', 1)", "call('HSET', conversation, 'assign_epoch', 1)"),)),
    Bug("owner_not_told", "an assignment is announced twice, as if there were two owners", ("owners",), scripts=(
        ("offer_accept", "append_events(conversation, log, id, prefix, now, drafts_from(6))",
         "append_events(conversation, log, id, prefix, now, drafts_from(6)) append_events(conversation, log, id, prefix, now, drafts_from(6))"),)),
    Bug("claim_not_atomic", "two nodes route, and an offer is made without looking again", ("owners", "capacity", "quiescence"), scripts=(
        ("router_acquire", "if m[1] and m[1] ~= '' and", "if false and"),
        ("router_renew", "if m[1] ~= ARGV[2] or m[2] ~= ARGV[4] then", "if false then"),
        ("offer_make", "if call('HGET', router, 'epoch') ~= ARGV[3] then", "if false then"),
        ("offer_make", "if c[1] ~= 'queued' then", "if false then"),
        ("offer_make", "if c[2] ~= ARGV[5] then", "if false then"),
        ("offer_make", "if tonumber(a[2]) + tonumber(c[3]) > tonumber(ARGV[7]) then", "if false then"),
        ("offer_accept", "if c[1] ~= 'offered' or c[2] ~= agent_id or c[3] ~= offer then", "if false then"))),
    Bug("wrong_audience", "customers get what is for staff", ("delivered",), scripts=(
        ("prelude", "  if #everyone > 0 then publish(prefix, everyone, seen, m[3]) end", "  publish(prefix, staff, seen, m[3])"),)),
    Bug("resume_skips_one", "after a reconnection the log goes on one event too late", ("delivered",), "resets_while_writing"),
    Bug("resume_repeats_all", "after a reconnection everything comes again", ("delivered",), "resets_while_writing"),
    Bug("event_id_reused", "event ids are not random", ("log_shape",)),
    Bug("link_wrong", "an event names the wrong one before it", ("log_shape",), scripts=(
        ("message_append", "stamp(ARGV[b + 8], head + 1, all == m[3] and head or all, now)", "stamp(ARGV[b + 8], head + 1, math.max(0, head - 1), now)"),)),
    Bug("session_forgotten", "a customer's session stays with its node when the customer has gone", ("quiescence",), scripts=(
        ("customer_detach", "call('SREM', node, 'c ' .. ARGV[2] .. ' ' .. ARGV[3])", "call('SCARD', node)"),)),
    Bug("router_dozes", "for seconds at a time no offer is made", ("liveness",), scripts=(
        ("offer_make", "if call('HGET', router, 'epoch') ~= ARGV[3] then",
         "if now % 9000 < 5000 or call('HGET', router, 'epoch') ~= ARGV[3] then"),)),
    Bug("acknowledged_before_replicated", "an answer does not wait for the replicas", ("acknowledged",), "sentinel_majority_elsewhere"),
    Bug("tail_not_compared", "what was handed out is not compared with the log of a new primary", ("delivered",), "sentinel_majority_elsewhere"),
]
BY_NAME = {bug.name: bug for bug in BUGS}
