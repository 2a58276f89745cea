# SPDX-License-Identifier: Apache-2.0
"""Checks of who owned what, read from the routing events of the final logs, whose times are the store's clock."""

from collections import defaultdict

from history import OWNER_LEAVES

FOREVER = float("inf")


def owners(history):
    """One owner at a time; only he speaks as an agent; an epoch belongs to one agent."""
    wrong, holders = [], {}
    for conversation, log in history.logs.items():
        owner = None
        for entry in log:
            if entry["kind"] == "agent_joined":
                if owner:
                    wrong.append(f"{conversation}: {entry['agent']} joined at {entry['seq']} while {owner} owned it")
                owner = entry["agent"]
            elif entry["kind"] in OWNER_LEAVES:
                owner = None
            elif entry["kind"] == "message" and entry["sender"] != "customer" and entry["sender"] != owner:
                wrong.append(f"{conversation}: {entry['sender']} spoke at {entry['seq']} while {owner or 'nobody'} owned it")
    for record in history.ops("assigned"):
        args = record["args"]
        known = holders.setdefault((args["conversation"], args["epoch"]), args["agent"])
        if known != args["agent"]:
            wrong.append(f"{args['conversation']}: epoch {args['epoch']} was given to {known} and {args['agent']}")
    return wrong


def _loads(history, with_offers):
    """Per agent the changes of its load as (time, change), releases first within one millisecond."""
    changes = defaultdict(list)
    for log in history.logs.values():
        owner = None
        for entry in log:
            if entry["kind"] == "agent_joined":
                owner = entry["agent"]
                changes[owner].append((entry["time_ms"], 1))
            elif entry["kind"] in OWNER_LEAVES and owner:
                changes[owner].append((entry["time_ms"], -1))
                owner = None
            elif with_offers and entry["kind"] in ("offer_made", "offer_ended"):
                changes[entry["agent"]].append((entry["time_ms"], 1 if entry["kind"] == "offer_made" else -1))
    return {agent: sorted(list_of_changes) for agent, list_of_changes in changes.items()}


def capacity(history):
    """No agent ever holds more than it may."""
    limits = {agent["id"]: agent["capacity"] for agent in history.of("agent")}
    wrong = []
    for agent, changes in _loads(history, with_offers=False).items():
        load = 0
        for time_ms, change in changes:
            load += change
            if load > limits.get(agent, FOREVER):
                wrong.append(f"{agent} held {load} of {limits[agent]} at {time_ms}")
                break
    return wrong


def _free(agent, changes):
    """Spans in which the agent has room for one more."""
    spans, load, since = [], 0, -FOREVER
    for time_ms, change in changes:
        full_before, load = load >= agent["capacity"], load + change
        full = load >= agent["capacity"]
        if full and not full_before:
            spans.append((since, time_ms))
        elif full_before and not full:
            since = time_ms
    return spans if load >= agent["capacity"] else spans + [(since, FOREVER)]


def _waiting(log):
    """Spans in which a conversation waits without an offer."""
    spans, since = [], None
    for entry in log:
        if entry["kind"] in ("conversation_started", "agent_left", "transferred") or (
                entry["kind"] == "offer_ended" and entry.get("outcome") != "ACCEPTED"):
            since = entry["time_ms"] if since is None else since
        elif entry["kind"] in ("offer_made", "agent_joined", "closed") and since is not None:
            spans.append((since, entry["time_ms"]))
            since = None
    return spans if since is None else spans + [(since, FOREVER)]


def _refused_by(log):
    """An agent that turned an offer down is not asked again for a time: it is left out for this conversation."""
    return {entry["agent"] for entry in log if entry["kind"] == "offer_ended" and entry.get("outcome") in ("DECLINED", "TIMED_OUT")}


def _beside_a_free_agent(history, bound):
    """(conversation, agent, milliseconds) of the longest wait beside each agent that may serve it, is there and has room."""
    loads = _loads(history, with_offers=True)
    conversations = {one["id"]: one for one in history.of("conversation")}
    for agent in history.of("agent"):
        free = _free(agent, loads.get(agent["id"], []))
        for conversation, log in history.logs.items():
            about = conversations.get(conversation)
            if not about or about["department"] not in agent["departments"] or not set(about["skills"]) <= set(agent["skills"]):
                continue
            if agent["id"] not in _refused_by(log):
                yield conversation, agent["id"], _longest(_waiting(log), free, agent["available"], bound)


def liveness(history):
    """No conversation waits longer than the bound while an agent that may serve it is there and has room. The final record
    `bound` says how long, and what spans of faults do not count."""
    bound = next(iter(history.of("bound")), None)
    if not bound:
        return ["no bound is given for liveness"]
    return [f"{conversation} waited {waited:.0f} ms while {agent} was free"
            for conversation, agent, waited in _beside_a_free_agent(history, bound) if waited > bound["ms"]]


def longest_waits(history, excused):
    """Of each conversation the longest wait beside a free agent in ms; without the spans of faults, or with them."""
    bound = {**history.of("bound")[0]}
    if not excused:
        bound["excused"] = []
    most = {conversation: 0 for conversation in history.logs}
    for conversation, _, waited in _beside_a_free_agent(history, bound):
        most[conversation] = max(most[conversation], waited)
    return sorted(most.values())


def _longest(waiting, free, available, bound):
    """Milliseconds of the longest span that lies in all three and in none of the excused ones."""
    spans = [(max(a[0], b[0], c[0]), min(a[1], b[1], c[1], bound["end_ms"])) for a in waiting for b in free for c in available]
    for begin, end in bound.get("excused", []):
        spans = [part for span in spans for part in ((span[0], min(span[1], begin)), (max(span[0], end), span[1]))]
    return max((end - begin for begin, end in spans), default=0)
