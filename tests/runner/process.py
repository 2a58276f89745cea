# SPDX-License-Identifier: Apache-2.0
"""Starts programs of suites, each in its own process group with a deadline and a log, and reads counts from what they print."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "test-logs"
DEADLINE_S = 600
REASONS = 8  # lines told of what failed, besides its log

_running = set()


@dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    notes: list = field(default_factory=list)  # names of what failed, and where to read on

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.notes += other.notes


@dataclass
class Finished:
    status: int
    output: str
    log: Path
    timed_out: bool = False


def long_tests():
    return os.environ.get("SWITCHBOARD_LONG_TESTS") == "1"


def execute(log_name, command, env=None, deadline=DEADLINE_S, cwd=ROOT):
    """Runs a program to its end, or kills its whole group at the deadline. Its output goes to a log of its own."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    deadline *= 6 if long_tests() else 1
    with open(log, "wb") as sink:
        child = subprocess.Popen([str(part) for part in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
                                 env={**os.environ, **(env or {})}, start_new_session=True)
        _running.add(child)
        try:
            status, timed_out = child.wait(deadline), False
        except subprocess.TimeoutExpired:
            status, timed_out = -signal.SIGKILL, True
        finally:
            # Whatever a test left behind in its group ends with it.
            _kill_group(child)
            _running.discard(child)
    return Finished(status, log.read_text(encoding="utf-8", errors="replace"), log, timed_out)


def _kill_group(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def stop_children_on_signals():
    def stop(number, _frame):
        for child in list(_running):
            _kill_group(child)
        sys.exit(128 + number)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def simple(log_name, command, **options):
    """A program that is one test: status 0 passes."""
    done = execute(log_name, command, **options)
    if done.status == 0:
        return Outcome(passed=1)
    return Outcome(failed=1, notes=[_how_it_ended(log_name, done)] + _last_lines(done.output))


def doctest(log_name, command, **options):
    done = execute(log_name, [*command, "--no-colors=true", "--no-intro=true"], **options)
    summary = re.search(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed", done.output)
    return _counted(log_name, done, summary, _failed_cases(done.output))


def _failed_cases(output):
    """Name and reasons: a log is gone with the machine on which it was written, what was printed is not."""
    failures = []
    for part in re.split(r"^={20,}$", output, flags=re.M):
        case = re.search(r"^TEST CASE:\s*(.+)$", part, re.M)
        if case:
            reasons = re.findall(r"^.*(?:ERROR:|values:|logged:).*$", part, re.M)
            failures.append("\n  ".join([case.group(1).strip(), *(reason.strip()[:300] for reason in reasons[:REASONS])]))
    return failures


def node_tests(log_name, command, **options):
    done = execute(log_name, command, **options)
    passed = re.search(r"^# pass (\d+)", done.output, re.M)
    failed = re.findall(r"^# (?:fail|cancelled) (\d+)", done.output, re.M)
    summary = passed and (int(passed.group(1)), sum(int(count) for count in failed))
    return _counted(log_name, done, summary, re.findall(r"^\s*not ok \d+ - (.+)$", done.output, re.M))


def unittest(log_name, command, **options):
    done = execute(log_name, command, **options)
    ran = re.search(r"^Ran (\d+) tests?", done.output, re.M)
    failures = re.findall(r"^(?:FAIL|ERROR): (.+)$", done.output, re.M)
    summary = ran and (int(ran.group(1)) - len(failures), len(failures))
    return _counted(log_name, done, summary, failures)


def _counted(log_name, done, summary, failures):
    if not summary:
        return Outcome(failed=1, notes=[_how_it_ended(log_name, done)] + _last_lines(done.output))
    passed, failed = (int(count) for count in (summary.groups() if isinstance(summary, re.Match) else summary))
    notes = [f"{log_name}: {name.strip()}" for name in dict.fromkeys(failures)] if failed else []
    if done.status != 0 and failed == 0:  # all cases passed and yet it ended badly: a sanitizer's report, a crash at exit
        failed, notes = 1, [_how_it_ended(log_name, done)] + _last_lines(done.output)
    if passed + failed == 0:
        failed, notes = 1, [f"{log_name}: no test was run"]
    return Outcome(passed, failed, notes)


def _how_it_ended(log_name, done):
    how = "took too long and was killed" if done.timed_out else f"ended with status {done.status}"
    return f"{log_name} {how}, see {done.log.relative_to(ROOT)}"


def _last_lines(output):
    return [f"  {line[:200]}" for line in output.strip().splitlines()[-6:]]
