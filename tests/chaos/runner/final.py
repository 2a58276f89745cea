# SPDX-License-Identifier: Apache-2.0
"""What a run left behind, read from the store itself by nothing of the server's: the final records for the checker."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SPACE = "sb:{default}:"


def event_class():
    """The Event of the protocol, generated once."""
    folder = ROOT / "build/chaos/proto"
    generated = folder / "switchboard/v1/event_pb2.py"
    sources = sorted((ROOT / "proto/switchboard/v1").glob("*.proto"))
    if not generated.exists() or generated.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["protoc", f"--proto_path={ROOT / 'proto'}", f"--python_out={folder}", *sources], check=True)
    sys.path.insert(0, str(folder))
    from switchboard.v1 import event_pb2  # noqa: PLC0415  (made just now)
    return event_pb2


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sender_of(event):
    role = event.sender.DESCRIPTOR.fields_by_name["role"].enum_type.values_by_number[event.sender.role].name
    return "customer" if role in ("ROLE_UNSPECIFIED", "CUSTOMER") else event.sender.id


def entry_record(pb, conversation, raw):
    event = pb.Event.FromString(raw)
    kind = event.WhichOneof("body")
    record = {"record": "entry", "conversation": conversation, "seq": event.seq, "prev": event.prev, "event_id": event.event_id,
              "time_ms": event.time_ms, "kind": kind, "audience": pb.Audience.Name(event.audience), "instance": event.client_instance,
              "number": event.number, "sender": sender_of(event)}
    body = getattr(event, kind)
    if kind in ("message", "note"):
        record["digest"] = digest_of(body.text)
    if kind in ("agent_joined", "agent_left"):
        record["agent"] = body.agent.id
    if kind in ("offer_made", "offer_ended"):
        record["agent"] = body.agent_id
    if kind == "offer_ended":
        record["outcome"] = pb.OfferOutcome.Name(body.outcome)
    return record


def conversations_of(redis):
    return sorted(key.decode()[len(SPACE) + 2:] for key in scan(redis, SPACE + "c:*"))


def scan(redis, pattern):
    cursor, found = b"0", []
    while True:
        cursor, page = redis("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
        found += page
        if cursor == b"0":
            return found


def left_keys(redis):
    """Keys that nothing owns once every conversation is closed and everybody has gone."""
    left = [key.decode() for kind in ("s", "p", "h", "n") for key in scan(redis, f"{SPACE}{kind}:*")]
    return left + [f"live:{member.decode()}" for member in redis("SMEMBERS", SPACE + "live")]


def collect(redis, tenant, began_ms, end_ms, bound_ms, excused):
    pb = event_class()
    records = [{"record": "bound", "ms": bound_ms, "end_ms": end_ms, "excused": excused}]
    for conversation in conversations_of(redis):
        about = redis.hash(f"{SPACE}c:{conversation}")
        skills = [item.split("=")[0] for item in about.get("skills", "").split(",") if item and item[0] not in "@?"]
        records.append({"record": "conversation", "id": conversation, "status": about["status"], "department": about["department"], "skills": skills})
        records += [entry_record(pb, conversation, fields[1]) for _, fields in redis("XRANGE", f"{SPACE}l:{conversation}", "-", "+")]
    for agent in tenant["agents"]:
        load = int(redis.hash(f"{SPACE}a:{agent['id']}").get("load", 0))
        records.append({"record": "agent", "id": agent["id"], "departments": agent["departments"], "skills": list(agent["skills"]),
                        "capacity": agent["capacity"], "load": load, "available": [[began_ms, end_ms]]})
    return records + [{"record": "left_key", "name": name} for name in left_keys(redis)]


def set_clock_back(records, end_ms, step_ms):
    """What was written while the store's clock was ahead lies behind the end of the run; a wait is no longer for that."""
    for record in records:
        if record["record"] == "entry" and record["time_ms"] > end_ms:
            record["time_ms"] -= step_ms


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
