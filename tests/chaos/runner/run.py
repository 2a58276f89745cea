# SPDX-License-Identifier: Apache-2.0
"""One run: real servers, real clients that play recorded dialogues, faults at seeded moments, and the verdict on what is left."""

import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import final
from namespaces import Namespaces
from nodes import Node, store_tenant
from processes import Process, until
from proxy import Proxy
from stores import BY_SECOND, SYNCED, Group, Single

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(os.environ.get("SWITCHBOARD", ROOT / "build/release/switchboard"))
SEEDED = Path(os.environ.get("SWITCHBOARD_SEEDED", ROOT / "build/release/tests/switchboard_seeded"))
CHECKER = ROOT / "tests/chaos/checker"
DATA = ["--dialogues", ROOT / "tests/data/dialogues.jsonl", "--departments", ROOT / "tests/data/retail_departments.json"]
CONCURRENCY = 24
BOUND_MS = 3000          # that a conversation may wait beside a free agent when nothing is wrong
LONGEST_WORKLOAD_S = 240
WAITS = re.compile(r"waited beside a free agent, ms: (\d+) p99, (\d+) most; (\d+) most with the fault")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """What a fault may lay hands on: `store`, `nodes`, `store_proxies`, `client_proxies`, `spaces`, `random`."""

    def __init__(self, fault, seed, folder, program=PROGRAM, environment=None, patience=LONGEST_WORKLOAD_S):
        self.fault, self.seed, self.folder, self.program = fault, seed, folder, program
        self.environment, self.patience = environment or {}, patience
        self.seeded_program = SEEDED
        if fault.disturbance:
            self.program, self.environment = SEEDED, {"SWITCHBOARD_SEEDED_BUG": fault.disturbance}
        self.random = random.Random(f"{fault.name}-{seed}")
        self.spaces = None
        self.store_proxies, self.client_proxies, self.nodes = [], [], []
        self.marks = []   # (seconds, what happened)
        self.spans = []   # seconds in which something was wrong
        self.clock_step_ms = 0  # by which the clock of the store was ahead for a time
        self.notes = {}   # what the fault measured or found out
        self.broken = []  # expectations that were not met

    # ---- for faults
    def mark(self, what):
        self.marks.append((time.monotonic(), what))

    def hold(self, seconds):
        """Lets the fault last; ends early when the workload is over, because then nothing is proved any more."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.workload.running():
            time.sleep(min(0.05, max(0.0, deadline - time.monotonic())))

    def expect(self, what, holds):
        if not holds:
            self.broken.append(what)

    # ---- the stage
    def set_up(self, stack):
        self.stack = stack
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        tenant = subprocess.run([self.program, "bench", "replay", *DATA, "--concurrency", str(CONCURRENCY), "--print-tenant"],
                                check=True, capture_output=True, text=True)
        self.tenant = json.loads(tenant.stdout)
        for department in self.tenant["departments"]:
            department["agent_grace_s"] = self.fault.agent_grace_s
        self.document = json.dumps(self.fault.tenant(self.tenant) or self.tenant)
        (self._machines if self.fault.topology == "group" else self._one_machine)(stack)
        self.began_ms = self._store_ms()

    def _one_machine(self, stack):
        memory = self.fault.durability == "memory"
        self.store = Single(self.folder, free_port(), BY_SECOND if memory else SYNCED, self.fault.store_env(self))
        stack.callback(self.store.close)
        self.fault.prepare(self)
        self.store.start()
        self.url = f"redis://127.0.0.1:{self.store.server.port}"
        store_tenant(self.program, self.folder, self.url, self.document)
        for number in range(1, 3):
            to_store, port = Proxy(("127.0.0.1", self.store.server.port)), free_port()
            node = Node(self.program, f"node{number}", self.folder, "127.0.0.1", port, f"redis://127.0.0.1:{to_store.port}",
                        ["--durability", self.fault.durability, *self.fault.flags], env={**self.environment, **self.fault.node_env(number)})
            to_node = Proxy(("127.0.0.1", port))
            for one in (to_store, to_node):
                stack.callback(one.close)
            stack.callback(node.process.kill)
            node.start()
            self.nodes.append(node)
            self.store_proxies.append(to_store)
            self.client_proxies.append(to_node)
        self.urls = [f"ws://127.0.0.1:{proxy.port}" for proxy in self.client_proxies]

    def _machines(self, stack):
        self.spaces = Namespaces(3, os.getpid() % 10000)
        stack.callback(self.spaces.remove)
        self.store = Group(self.folder, self.spaces, self.fault.sentinels)
        stack.callback(self.store.close)
        self.store.start()
        self.url = self.store.url()
        store_tenant(self.program, self.folder, self.url, self.document)
        for number in (1, 2, 3):
            node = Node(self.program, f"node{number}", self.folder, self.spaces.address(number), 8080, self.store.url(),
                        ["--durability", "replica", *self.fault.flags], self.spaces.inside(number), env=self.environment)
            stack.callback(node.process.kill)
            node.start()
            self.nodes.append(node)
        self.urls = [f"ws://{node.host}:{node.port}" for node in self.nodes]

    def _store_ms(self):
        seconds, micros = self.store.primary().ask("TIME")
        return int(seconds) * 1000 + int(micros) // 1000

    # ---- the play
    def _start_workload(self, stack):
        urls = [word for url in self.urls for word in ("--url", url)]
        command = [self.program, "bench", "replay", *urls, *DATA, "--concurrency", CONCURRENCY, "--rounds", self.fault.rounds, "--pause", 0.4,
                   "--history", self.folder / "history.jsonl", "--json", *self.fault.workload]
        self.workload = Process("workload", command, self.folder / "workload.log", env=self.environment)
        self.workload.start()
        stack.callback(self.workload.kill)
        until("the agents are signed in", lambda: "are signed in" in self.workload.log())

    def _strike(self):
        self.hold(1.5 + self.random.random())
        began = time.monotonic()
        self.mark(self.fault.name)
        self.fault.inject(self)
        self.mark("healed")
        self.spans.append((began, time.monotonic()))
        self.notes["struck_while_busy"] = self.workload.running()

    def _finish(self):
        try:
            status = self.workload.popen.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.workload.terminate()
            status = -1
        self.expect("the fault struck while the clients were at work", self.notes["struck_while_busy"])
        self.expect(f"the clients end with everything in place (their program ended with {status})", status == 0)
        self.fault.check(self)
        until("the store answers", lambda: self.store.primary().answers())
        self._come_to_rest()

    def _come_to_rest(self):
        def rests():
            with self.store.primary().connect() as redis:
                return not final.left_keys(redis)
        try:
            until("nothing is left behind", rests, patience=30)  # a session whose end was taken back is found after 20 s
        except RuntimeError:
            pass  # the checker names what is left
        self._ask_fsck()

    def _ask_fsck(self):
        done = subprocess.run([self.program, "fsck", "--redis-url", self.url], capture_output=True, text=True, env={**os.environ, **self.environment})
        self.expect(f"fsck finds nothing wrong: {done.stdout}{done.stderr if done.returncode == 2 else ''}", done.returncode == 0)
        self.expect("the auditor has found nothing", not any("audit.violation" in node.process.log() for node in self.nodes))

    def _judge(self):
        end_ms = self._store_ms()
        offset = end_ms - time.monotonic() * 1000
        excused = [[begin * 1000 + offset, (end + self.fault.aftermath_s) * 1000 + offset] for begin, end in self.spans if self.fault.excused]
        with self.store.primary().connect() as redis:
            records = final.collect(redis, self.tenant, self.began_ms, end_ms, BOUND_MS, excused)
        final.set_clock_back(records, end_ms, self.clock_step_ms)
        if self.spaces:
            records.append({"record": "fail_over"})
        final.write(self.folder / "final.jsonl", records)
        done = subprocess.run([sys.executable, CHECKER, self.folder / "final.jsonl", self.folder / "history.jsonl"], capture_output=True, text=True)
        (self.folder / "verdict.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        return done

    def play(self):
        """The result: {fault, seed, passed, verdict, broken, stall_s, acknowledged ...}."""
        try:
            with ExitStack() as stack:
                self.set_up(stack)
                self._start_workload(stack)
                self._strike()
                self._finish()
                self.notes["fenced"] = sum(node.process.log().count("node.fenced") for node in self.nodes)
                done = self._judge()
                verdict, status = done.stdout + done.stderr, done.returncode
        except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
            verdict, status = f"the run failed: {error!r}", 2
        violated = [line.split()[0] for line in verdict.splitlines() if line.endswith("VIOLATIONS")]
        result = {"fault": self.fault.name, "seed": self.seed, "passed": status == 0 and not self.broken, "verdict": verdict, "broken": self.broken,
                  "violated": violated, "waits_ms": [int(word) for word in WAITS.findall(verdict)[0]] if WAITS.search(verdict) else None,
                  "notes": self.notes, "marks": self.marks, "spans": self.spans, **self._figures()}
        (self.folder / "result.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
        return result

    def _figures(self):
        """How long nothing was acknowledged around the fault, and how long after it was healed."""
        path = self.folder / "history.jsonl"
        if not path.exists() or not self.spans:
            return {"acknowledged": 0, "stall_s": None, "back_s": None}
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if '"op":"send","type":"ok"' in line]
        times = sorted(json.loads(line)["t_mono"] for line in lines if line.endswith("}"))
        begin, end = self.spans[0]
        around = [(after - before) for before, after in zip(times, times[1:]) if after >= begin and before <= end + self.fault.aftermath_s]
        back = next((moment - end for moment in times if moment >= end), None)
        return {"acknowledged": len(times), "stall_s": round(max(around, default=0), 3), "back_s": None if back is None else round(back, 3)}
