# SPDX-License-Identifier: Apache-2.0
"""What must hold of a history. Every check returns its violations as sentences; none of them uses code of the server."""

from collections import Counter, defaultdict

from routing import capacity, liveness, owners  # noqa: F401  (part of CHECKS)


def acknowledged(history):
    """An acknowledged message stands in the log at the place and under the id that were told."""
    wrong = []
    for send in history.sends():
        if not send["ok"]:
            continue
        args = send["ok"]["args"]
        entry = next((one for one in history.logs[args["conversation"]] if one["seq"] == args["seq"]), None)
        if not entry:
            wrong.append(f"{args['conversation']}: acknowledged as {args['seq']} and lost")
        elif any(entry[field] != args[field] for field in ("event_id", "instance", "number", "digest")):
            wrong.append(f"{args['conversation']}: acknowledged as {args['seq']}, where something else stands")
    return wrong


def log_shape(history):
    """A log has no holes, no number twice, no id twice, and right links."""
    wrong = []
    for conversation, log in history.logs.items():
        if [entry["seq"] for entry in log] != list(range(1, len(log) + 1)):
            wrong.append(f"{conversation}: its numbers are not 1 to {len(log)}")
        for what, values in (("event id", [entry["event_id"] for entry in log]),
                             ("number", [(e["sender"], e["instance"], e["number"]) for e in log if e.get("number")])):
            wrong += [f"{conversation}: {what} {value} stands {count} times" for value, count in Counter(values).items() if count > 1]
        last = 0
        for entry in log:
            if entry["prev"] != last:
                wrong.append(f"{conversation}: {entry['seq']} links to {entry['prev']}, not to {last}")
            last = entry["seq"] if entry["audience"] == "ALL" else last
    return wrong


def delivered(history):
    """What a client handed out since it last began anew is the log of its audience, from the first entry, without holes, to the
    end if it was there at the end."""
    wrong, streams, staying = [], defaultdict(list), {}
    for record in history.records:
        if record["op"] not in ("event", "reset", "left"):
            continue
        key = (record["proc"], record["args"]["conversation"])
        if record["op"] == "event":
            streams[key].append(record["args"])
            staying[key] = True
            continue
        stream = streams.pop(key, [])
        if record["op"] == "reset":
            wrong += _judge_void(key, stream)
        elif history.of("fail_over"):
            wrong += _judge_void(key, stream) or _judge_until_taken_back(history, key, stream)
        else:
            wrong += _judge_stream(history, key, stream, complete=False)
        staying[key] = False
    for key, stream in streams.items():
        wrong += _judge_stream(history, key, stream, complete=staying[key])
    return wrong


def _judge_void(key, stream):
    """Taken back, and told so: the store lost what nobody had been promised. Once and in order it must have come all the same."""
    numbers = [event["seq"] for event in stream]
    if numbers != sorted(set(numbers)):
        return [f"{key[0]} was given {numbers} of {key[1]} before it began anew"]
    return []


def _judge_until_taken_back(history, key, stream):
    """The end of it may have been taken back when the client needed no more. What is not the log any more is followed by nothing that
    is: then the client went on as if nothing had happened."""
    log = {(entry["seq"], entry["event_id"]) for entry in history.logs[key[1]]}
    there = [(event["seq"], event["event_id"]) in log for event in stream]
    if False in there and True in there[there.index(False):]:
        return [f"{key[0]} was given {stream[there.index(False)]['seq']} of {key[1]}, which was taken back, and went on"]
    return []


def _judge_stream(history, key, stream, complete):
    if not stream:
        return []
    proc, conversation = key
    staff = stream[0]["role"] == "staff"
    expected = [entry for entry in history.logs[conversation] if staff or entry["audience"] == "ALL"]
    if complete and len(stream) < len(expected):
        return [f"{proc} has {len(stream)} of {len(expected)} events of {conversation}"]
    for place, event in enumerate(stream):
        if place >= len(expected):
            return [f"{proc} was given {event['seq']} of {conversation}, which is not in the log for it"]
        if (event["seq"], event["event_id"]) != (expected[place]["seq"], expected[place]["event_id"]):
            return [f"{proc} was given {event['seq']} of {conversation} where {expected[place]['seq']} is due"]
    return []


def real_time_order(history):
    """A message sent after another one was acknowledged stands behind it."""
    wrong, moments = [], defaultdict(list)
    for send in history.sends():
        if send["ok"] and send["invoke"]:
            args = send["ok"]["args"]
            # An acknowledgement and a send at the same instant are concurrent: the send comes first in the sorted list.
            moments[args["conversation"]] += [(send["invoke"]["t_mono"], 0, args["seq"]), (send["ok"]["t_mono"], 1, args["seq"])]
    for conversation, list_of_moments in moments.items():
        highest = 0
        for _, acknowledges, seq in sorted(list_of_moments):
            if acknowledges:
                highest = max(highest, seq)
            elif seq < highest:
                wrong.append(f"{conversation}: {seq} was sent after {highest} had been acknowledged")
    return wrong


def unknown(history):
    """A message whose fate was not told is in the log once or not at all, under whatever number it went out."""
    meant, stands, wrong = defaultdict(set), Counter(), []
    for record in history.ops("send", "invoke"):
        args = record["args"]
        meant[args["conversation"], args["instance"], args["digest"]].add(args["message"])
    for conversation, log in history.logs.items():
        stands.update((conversation, entry["instance"], entry["digest"]) for entry in log if entry.get("number"))
    for key, count in stands.items():
        if key in meant and count > len(meant[key]):
            wrong.append(f"{key[0]}: a text meant {len(meant[key])} times stands {count} times")
    return wrong


def quiescence(history):
    """When all is over nothing waits, nothing is held, and no key is left that nobody owns."""
    wrong = [f"{one['id']} is still {one['status']}" for one in history.of("conversation") if one["status"] != "closed"]
    wrong += [f"agent {one['id']} still holds {one['load']}" for one in history.of("agent") if one["load"]]
    return wrong + [f"key {one['name']} is left" for one in history.of("left_key")]


CHECKS = (acknowledged, log_shape, delivered, real_time_order, owners, capacity, liveness, quiescence, unknown)
