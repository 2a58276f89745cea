# SPDX-License-Identifier: Apache-2.0
"""A good history passes every check, and each single fault in it is found by the check that is there for it."""

import copy
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import json  # noqa: E402

from checks import CHECKS  # noqa: E402
from history import History, read_lines  # noqa: E402
from routing import longest_waits  # noqa: E402


def entry(seq, prev, kind, audience="ALL", **more):
    base = {"record": "entry", "conversation": "c1", "seq": seq, "prev": prev, "event_id": 100 + seq, "time_ms": 1000 * seq, "kind": kind,
            "audience": audience, "sender": "", "instance": 0, "number": 0, "digest": ""}
    return {**base, **more}


def said(seq, prev, sender, instance, number, digest):
    return entry(seq, prev, "message", sender=sender, instance=instance, number=number, digest=digest)


def good():
    log = [entry(1, 0, "conversation_started"), said(2, 1, "customer", 7, 1, "aa"),
           entry(3, 2, "offer_made", "STAFF", agent="ann", time_ms=2100),
           entry(4, 2, "offer_ended", "STAFF", agent="ann", outcome="ACCEPTED"), entry(5, 2, "agent_joined", agent="ann"),
           said(6, 5, "ann", 9, 1, "bb"), said(7, 6, "customer", 7, 2, "cc"), entry(8, 7, "closed")]
    final = log + [
        {"record": "conversation", "id": "c1", "status": "closed", "department": "sales", "skills": ["tea"]},
        {"record": "agent", "id": "ann", "departments": ["sales"], "skills": ["tea"], "capacity": 1, "load": 0, "available": [[0, 9000]]},
        {"record": "bound", "ms": 2000, "end_ms": 9000, "excused": []}]
    records = []

    def add(t, proc, op, kind, **args):
        records.append({"t_mono": t, "proc": proc, "op": op, "type": kind, "args": {"conversation": "c1", **args}})
    for t, proc, one in ((1, "customer", log[1]), (5, "ann", log[5]), (7, "customer", log[6])):
        key = {name: one[name] for name in ("instance", "number", "digest")}
        add(t, proc, "send", "invoke", message=one["number"], **key)
        add(t + 1, proc, "send", "ok", seq=one["seq"], event_id=one["event_id"], message=one["number"], **key)
    add(4, "ann", "assigned", "info", agent="ann", epoch=1)
    for one in log:
        for proc, role in (("ann", "staff"), ("customer", "customer")):
            if role == "staff" or one["audience"] == "ALL":
                add(10 + one["seq"], proc, "event", "info", role=role, seq=one["seq"], event_id=one["event_id"])
    return records, final


def found(records, final):
    return {check.__name__ for check in CHECKS if check(History(records, final))}


class Checker(unittest.TestCase):
    def setUp(self):
        self.records, self.final = good()
        self.log = [one for one in self.final if one["record"] == "entry"]

    def ops(self, op, kind=None, proc=None):
        return [one for one in self.records if one["op"] == op and kind in (None, one["type"]) and proc in (None, one["proc"])]

    def one(self, kind):
        return next(one for one in self.final if one["record"] == kind)

    def expect(self, *names):
        self.assertLessEqual(set(names), found(self.records, self.final))

    def test_a_good_history_passes(self):
        self.assertEqual(found(self.records, self.final), set())

    def test_an_acknowledged_message_is_lost(self):
        self.ops("send", "ok")[-1]["args"]["seq"] = 99
        self.expect("acknowledged")

    def test_its_place_was_given_to_another_one_after_a_lost_tail(self):
        self.log[6]["event_id"] = 555
        self.expect("acknowledged", "delivered")

    def test_a_message_stands_twice(self):
        again = said(9, 8, "customer", 7, 2, "cc")
        self.final.append(again)
        self.expect("log_shape", "unknown")

    def test_a_renumbered_message_stands_twice(self):
        self.final.append(said(9, 8, "customer", 7, 3, "cc"))
        self.expect("unknown")

    def test_the_log_has_a_hole(self):
        self.final.remove(self.log[3])
        self.expect("log_shape")

    def test_a_link_skips_an_event(self):
        self.log[6]["prev"] = 5
        self.expect("log_shape")

    def test_an_event_is_skipped(self):
        self.records.remove(self.ops("event", proc="customer")[3])
        self.expect("delivered")

    def test_the_last_event_never_comes(self):
        self.records.remove(self.ops("event", proc="customer")[-1])
        self.expect("delivered")

    def test_an_event_comes_twice(self):
        again = copy.deepcopy(self.ops("event", proc="ann")[2])
        again["t_mono"] += 0.5
        self.records.append(again)
        self.expect("delivered")

    def test_events_change_places(self):
        first, second = self.ops("event", proc="ann")[5:7]
        first["t_mono"], second["t_mono"] = second["t_mono"], first["t_mono"]
        self.expect("delivered")

    def test_a_customer_is_given_what_is_for_staff(self):
        leaked = copy.deepcopy(self.ops("event", proc="ann")[2])
        leaked["proc"], leaked["args"]["role"] = "customer", "customer"
        self.records.append(leaked)
        self.expect("delivered")

    def test_a_client_that_began_anew_is_judged_from_there(self):
        self.records.append({"t_mono": 30, "proc": "ann", "op": "reset", "type": "info", "args": {"conversation": "c1"}})
        for number, event in enumerate(self.ops("event", proc="ann")):
            self.records.append({**event, "t_mono": 31 + number})
        self.assertEqual(found(self.records, self.final), set())

    def test_what_was_taken_back_is_void_but_came_once_and_in_order(self):
        self.test_a_client_that_began_anew_is_judged_from_there()
        taken_back = copy.deepcopy(self.ops("event", proc="ann")[-1])
        taken_back["t_mono"], taken_back["args"]["seq"], taken_back["args"]["event_id"] = 29, 99, 12345
        self.records.append(taken_back)
        self.assertEqual(found(self.records, self.final), set())
        self.records.append({**taken_back, "t_mono": 29.5})
        self.expect("delivered")

    def test_after_a_fail_over_only_the_end_may_have_been_taken_back(self):
        self.final.append({"record": "fail_over"})
        events = self.ops("event", proc="ann")
        self.records.append({"t_mono": 90, "proc": "ann", "op": "left", "type": "info", "args": {"conversation": "c1"}})
        events[-1]["args"]["event_id"] = 12345
        self.assertEqual(found(self.records, self.final), set())
        events[-2]["args"]["event_id"] = 12346
        self.assertEqual(found(self.records, self.final), set())
        events[-1]["args"]["event_id"] = self.log[-1]["event_id"]
        self.expect("delivered")

    def test_a_client_that_left_needs_no_more(self):
        event = self.ops("event", proc="ann")[-1]
        event.update(op="left", type="info")
        self.assertEqual(found(self.records, self.final), set())

    def test_order_contradicts_time(self):
        self.ops("send", "invoke", "ann")[0]["t_mono"] = 20
        self.ops("send", "ok", "ann")[0]["t_mono"] = 21
        self.expect("real_time_order")

    def test_two_owners(self):
        self.log[5].update(kind="agent_joined", agent="bob")
        self.expect("owners")

    def test_a_stale_owner_speaks(self):
        self.log[4].update(agent="bob")
        self.expect("owners")

    def test_an_epoch_is_given_twice(self):
        self.records.append({"t_mono": 4.5, "proc": "bob", "op": "assigned", "type": "info",
                             "args": {"conversation": "c1", "agent": "bob", "epoch": 1}})
        self.expect("owners")

    def test_an_agent_holds_too_much(self):
        self.one("agent")["capacity"] = 0
        self.expect("capacity")

    def test_waiting_while_an_agent_is_free(self):
        self.log[2]["time_ms"] = 3500
        self.expect("liveness")

    def test_a_fault_excuses_waiting(self):
        self.log[2]["time_ms"] = 3500
        self.one("bound")["excused"] = [[1200, 3300]]
        self.assertNotIn("liveness", found(self.records, self.final))

    def test_the_longest_wait_is_told(self):
        self.log[2]["time_ms"] = 3500
        self.one("bound")["excused"] = [[1200, 3300]]
        history = History(self.records, self.final)
        self.assertEqual(longest_waits(history, excused=False)[-1], 3500 - self.log[0]["time_ms"])
        self.assertEqual(longest_waits(history, excused=True)[-1], max(1200 - self.log[0]["time_ms"], 3500 - 3300))

    def test_nobody_was_free(self):
        self.log[2]["time_ms"] = 3500
        self.one("agent")["available"] = [[3000, 9000]]
        self.assertNotIn("liveness", found(self.records, self.final))

    def test_a_requeued_conversation_is_never_offered_again(self):
        self.log[7].update(kind="agent_left", agent="ann")
        self.one("bound")["end_ms"] = self.one("agent")["available"][0][1] = 20000
        self.expect("liveness")

    def test_something_is_left(self):
        for change in (lambda: self.one("conversation").update(status="queued"), lambda: self.one("agent").update(load=1),
                       lambda: self.final.append({"record": "left_key", "name": "sb:{default}:offer"})):
            self.setUp()
            change()
            self.expect("quiescence")

    def test_a_lost_answer_is_no_fault(self):
        self.records.remove(self.ops("send", "ok")[-1])
        self.assertEqual(found(self.records, self.final), set())


class Program(unittest.TestCase):
    def run_on(self, records, final, tail=""):
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / "final.jsonl", Path(folder) / "history.jsonl"]
            for path, lines in zip(paths, (final, records)):
                path.write_text("".join(json.dumps(line) + "\n" for line in lines) + (tail if lines is records else ""), encoding="utf-8")
            return subprocess.run([sys.executable, Path(__file__).parent, *paths], capture_output=True, text=True).returncode

    def test_status(self):
        records, final = good()
        self.assertEqual(self.run_on(records, final), 0)
        self.assertEqual(self.run_on(records, final, tail='{"t_mono'), 0)
        self.assertEqual(self.run_on(records, final[:-4]), 1)
        self.assertEqual(self.run_on([], final), 2)
        self.assertEqual(self.run_on(records, final, tail="broken\n"), 2)

    def test_a_missing_file(self):
        with self.assertRaises(OSError):
            read_lines("/nonexistent/history.jsonl")


if __name__ == "__main__":
    unittest.main()
