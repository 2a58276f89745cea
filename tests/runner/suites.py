# SPDX-License-Identifier: Apache-2.0
"""What the suites are made of. A suite that finds nothing to run has failed."""

import functools
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable

from process import ROOT, Outcome, doctest, execute, node_tests, simple, unittest

SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=0",
    "LSAN_OPTIONS": "print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


@dataclass(frozen=True)
class Suite:
    about: str
    run: Callable[[str], Outcome]
    only_long: bool = False  # not unless it is named, or with --long


@functools.cache
def build(preset):
    """Once per preset and run; a build that fails fails every suite that needs it."""
    subprocess.run([ROOT / "tests/runner/build", preset], check=True, stdin=subprocess.DEVNULL)


def programs(preset, patterns):
    folder = ROOT / "build" / preset / "tests"
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def in_shards(log_name, program, shards, **options):
    """Parts of one doctest program beside each other: for tests that wait more than they work."""
    counted = subprocess.run([program, "--count", "--no-colors=true"], capture_output=True, text=True, check=True, **options)
    cases = int(re.search(r"filters: (\d+)", counted.stdout).group(1))
    bounds = [(cases * shard // shards + 1, cases * (shard + 1) // shards) for shard in range(shards)]

    def run(bound):
        first, last = bound
        result = doctest(f"{log_name}.{first}-{last}", [program, f"--first={first}", f"--last={last}"], **options)
        if result.passed:  # what is outside of the range counts as passed there
            result.passed -= cases - (last + 1 - first)
        return result
    outcome = Outcome()
    with ThreadPoolExecutor(max_workers=shards) as pool:
        for result in pool.map(run, bounds):
            outcome.add(result)
    return outcome


def doctest_suite(about, *patterns, preset="release", env=None, only_long=False, shards=1):
    def run(name):
        build(preset)
        outcome = Outcome()
        for program in programs(preset, patterns):
            # Where the compiler stood: names of source files in the program are relative to it.
            outcome.add(in_shards(f"{name}.{program.name}", program, shards, env=env, cwd=ROOT / "build" / preset) if shards > 1 else
                        doctest(f"{name}.{program.name}", [program], env=env, cwd=ROOT / "build" / preset))
        if outcome.passed + outcome.failed == 0:
            return Outcome(failed=1, notes=[f"no program matches {', '.join(patterns)}"])
        return outcome
    return Suite(about, run, only_long)


def lint(name):
    outcome = unittest(f"{name}.test_lint", [sys.executable, "tests/lint/test_lint.py"])
    outcome.add(unittest(f"{name}.test_runner", [sys.executable, "tests/runner/test_runner.py"]))
    for check in sorted((ROOT / "tests/lint").glob("check_*.py")):
        outcome.add(simple(f"{name}.{check.stem}", [sys.executable, check]))
    outcome.add(simple(f"{name}.coroutine_canary", ["tests/compiler/run"]))
    execute(f"{name}.long_functions", [sys.executable, "tests/lint/check_files.py", "--functions"])  # advice, to be read in the log
    return outcome


def sdk(name):
    build("release")
    outcome = simple(f"{name}.build", ["client-sdk/build", "sdk"])
    if outcome.failed:
        return outcome
    for folder in ("unit", "scenarios"):
        tests = sorted((ROOT / "build/sdk-test" / folder).glob("*.test.cjs"))
        command = ["node", "--test", "--test-reporter=tap", *tests]
        outcome.add(node_tests(f"{name}.{folder}", command, env={"SWITCHBOARD": str(ROOT / "build/release/switchboard")}))
    return outcome


def pages(name):
    outcome = simple(f"{name}.build", ["client-sdk/build"])
    for part in () if outcome.failed else ("widget", "console"):
        outcome.add(simple(f"{name}.{part}.bundle", ["node", "bundle.mjs", "--tests"], cwd=ROOT / "client-sdk" / part))
        tests = sorted((ROOT / f"build/{part}-test").glob("*.test.*js"))
        outcome.add(node_tests(f"{name}.{part}", ["node", "--test", "--test-reporter=tap", *tests]))
    return outcome


def e2e(name):
    build("release")
    outcome = simple(f"{name}.pages", ["client-sdk/build"])
    outcome.add(simple(f"{name}.build", ["tests/e2e/build"]))
    if outcome.failed:
        return outcome
    env = {"SWITCHBOARD": str(ROOT / "build/release/switchboard"), "NODE_PATH": str(ROOT / "client-sdk/node_modules")}

    def run(test):
        return node_tests(f"{name}.{test.name.removesuffix('.test.cjs')}", ["node", "--test", "--test-reporter=tap", test], env=env)
    # Browsers wait more than they work: two files at a time take little longer than one.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for result in pool.map(run, sorted((ROOT / "build/e2e-test").glob("*.test.cjs"))):
            outcome.add(result)
    return outcome


def bench_figures(log_name, *arguments):
    """One run of the bench: it must end well and print the promised object."""
    done = execute(log_name, [ROOT / "build/release/switchboard", "bench", *arguments, "--json"])
    try:
        figures = json.loads(done.output[done.output.index("{\""):done.output.rindex("}") + 1])
        wrong = {key: figures.get(key) for key in ("lost", "duplicated", "reordered", "misrouted", "errors") if figures.get(key)}
    except ValueError as error:
        wrong = {"output": str(error)}
    if done.status == 0 and not wrong:
        return Outcome(passed=1)
    return Outcome(failed=1, notes=[f"{log_name} ended with status {done.status} {wrong or ''}, see {done.log.relative_to(ROOT)}"])


def bench_smoke(name):
    build("release")
    brief = ["--seconds", "1", "--warmup", "0.2", "--runs", "1"]
    outcome = Outcome()
    for scenario, size in (("messages", ["--pairs", "4", "--window", "4"]), ("idle", ["--connections", "60", "--agents", "10"]),
                           ("handshake", ["--in-flight", "4"]),
                           ("storm", ["--connections", "40", "--talkers", "4", "--nodes", "2", "--blow", "node"]),
                           ("slow-readers", ["--connections", "4", "--talkers", "4"]),
                           ("routing", ["--redis", "--agents", "10", "--queued", "60", "--rate", "100"])):
        for encoding in ("proto", "json"):
            outcome.add(bench_figures(f"{name}.{scenario}.{encoding}", scenario, *size, *brief, "--encoding", encoding))
    outcome.add(bench_figures(f"{name}.routing.pure", "routing", "--agents", "50", "--queued", "500", "--classes", "20"))
    return outcome


def replay(name):
    build("release")
    # More dialogues than the repository holds may stand beside it.
    dialogues = os.environ.get("SWITCHBOARD_DIALOGUES", "tests/data/dialogues.jsonl")
    data = ["--dialogues", dialogues, "--departments", "tests/data/retail_departments.json"]
    outcome = Outcome()
    for encoding in ("proto", "json"):
        for kill in (None, "server", "redis", "agent"):
            options = ["--kill", kill] if kill else []
            outcome.add(bench_figures(f"{name}.{encoding}.{kill or 'undisturbed'}", "replay", *data, "--encoding", encoding, *options))
    return outcome


def chaos(name):
    """The checker, the faults, and the product with bugs in it. Debian's own Python: it has Debian's protobuf."""
    python = "/usr/bin/python3"
    outcome = unittest(f"{name}.checker", [python, "tests/chaos/checker/test_checker.py"])
    build("release")
    subprocess.run(["cmake", "--build", ROOT / "build/release", "--target", "switchboard_seeded"], check=True, stdout=subprocess.DEVNULL)
    outcome.add(lines(f"{name}.faults", [python, "tests/chaos/runner", *chaos_length()], {"ok": True, "FAILED": False}))
    outcome.add(lines(f"{name}.seeded_bugs", [python, "tests/chaos/runner", "--seeded"], {"found": True, "MISSED": False}))
    return outcome


def chaos_length():
    return ["--long", "--runs", "8"] if os.environ.get("SWITCHBOARD_LONG_TESTS") else []


def lines(log_name, command, words):
    """A program that says in one line each what has passed and what has not, by the line's first word."""
    done = execute(log_name, command, deadline=1200)
    said = done.output.splitlines()
    verdicts = [words[line.split()[0]] for line in said if line.split() and line.split()[0] in words]
    outcome = Outcome(passed=verdicts.count(True), failed=verdicts.count(False), notes=failed_with_reasons(said, words))
    if not verdicts or (done.status != 0 and not outcome.failed):
        outcome.add(Outcome(failed=1))
    if outcome.failed:
        outcome.notes.append(f"{log_name}: see {done.log.relative_to(ROOT)}")
    return outcome


def failed_with_reasons(said, words):
    """The lines of what has failed and the indented ones below each, as far as they tell of something wrong."""
    told, failed = [], False
    for line in said:
        indented = line.startswith("    ")
        failed = failed if indented else not words.get(line.split(" ")[0], True)
        if failed and not (indented and line.rstrip().endswith(" holds")):
            told.append(line[:300])
    return told[:40]


def model(name):
    return unittest(f"{name}.routing", [sys.executable, "tests/model/test_model.py"])


def terminal(name):
    build("release")
    return unittest(f"{name}.top", [sys.executable, "tests/terminal/test_top.py"])


def alerts(name):
    build("release")
    outcome = simple(f"{name}.rules", ["promtool", "check", "rules", "deploy/prometheus/switchboard.rules.yml"])
    outcome.add(simple(f"{name}.config", ["promtool", "check", "config", "deploy/prometheus/prometheus.example.yml"]))
    outcome.add(simple(f"{name}.situations", ["promtool", "test", "rules", "tests/alerts/rules_test.yml"]))
    outcome.add(unittest(f"{name}.queries", [sys.executable, "tests/alerts/test_queries.py"]))
    return outcome


SANITIZED = ("unit_*", "lua*", "contract*", "integration_*", "scenarios*")

SUITES = {
    "lint": Suite("layers, coroutine rules, files, scripts, names of metrics, and the compiler's coroutine canary", lint),
    "unit": doctest_suite("every folder of server/ by itself, without I/O", "unit_*"),
    "lua": doctest_suite("every Redis script against a real redis-server", "lua*"),
    "contract": doctest_suite("the promises of the ports, held by every implementation", "contract*"),
    "integration": doctest_suite("Redis, the embedded server and their failures", "integration_*"),
    "scenarios": doctest_suite("the scenario list, C++ client against the real server", "scenarios*", shards=3),
    "sdk": Suite("the TypeScript SDK: its units, and the scenario list against the real server", sdk),
    "pages": Suite("widget and console without a browser, and how much they weigh", pages),
    "cli": doctest_suite("the command line: good and bad use of every command", "cli*"),
    "terminal": Suite("switchboard top and chat in a terminal of 80 columns and 24 lines", terminal),
    "e2e": Suite("people at real browsers: shop, widget, console and queue page against the real server", e2e),
    "bench-smoke": Suite("every scenario of the bench, small", bench_smoke),
    "replay": Suite("recorded dialogues through real customers and agents, both encodings, also with server, Redis or an agent killed", replay),
    "alerts": Suite("alert rules in made-up situations; every query of rules and dashboard against a real Prometheus and server", alerts),
    "model": Suite("the Promela model of leases, claims and fencing, explored by spin; wrong variants are refused", model),
    "chaos": Suite("faults into real servers while recorded dialogues are played, judged by a checker that finds seeded bugs", chaos),
    "asan": doctest_suite("unit, lua, contract, integration and scenarios under AddressSanitizer", *SANITIZED, preset="asan", env=SANITIZER_OPTIONS,
                          only_long=True),
    "ubsan": doctest_suite("the same under UndefinedBehaviorSanitizer", *SANITIZED, preset="ubsan", env=SANITIZER_OPTIONS, only_long=True),
}
