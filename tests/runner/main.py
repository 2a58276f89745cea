# SPDX-License-Identifier: Apache-2.0
"""Runs suites one after the other and sums up. tests/run is the door to it."""

import argparse
import os
import sys
import time

from process import LOGS, Outcome, stop_children_on_signals
from suites import SUITES


def arguments():
    parser = argparse.ArgumentParser(prog="tests/run", description="Builds what is needed and runs the test suites.")
    parser.add_argument("suites", metavar="SUITE", nargs="*", help="names of suites; none: all but the sanitizers, which --long adds")
    parser.add_argument("--list", action="store_true", help="name the suites and end")
    parser.add_argument("--long", action="store_true", help="the versions that take longer: more seeds, more data")
    options = parser.parse_args()
    unknown = [name for name in options.suites if name not in SUITES]
    if unknown:
        parser.error(f"no such suite: {', '.join(unknown)}; there are {', '.join(SUITES)}")
    return options


def run(name):
    started = time.monotonic()
    try:
        outcome = SUITES[name].run(name)
    except Exception as error:  # a suite that cannot be run has failed; the others still tell something
        outcome = Outcome(failed=1, notes=[f"{type(error).__name__}: {error}"])
    told = f"{outcome.passed} passed" + (f", {outcome.failed} FAILED" if outcome.failed else "")
    print(f"{name:<12} {told:<28} {time.monotonic() - started:6.1f} s", flush=True)
    for line in "\n".join(outcome.notes).splitlines()[:60]:
        print(f"             {line}", flush=True)
    return outcome


def main():
    options = arguments()
    if options.list:
        for name, suite in SUITES.items():
            print(f"{name:<12} {suite.about}")
        return 0
    if options.long:
        os.environ["SWITCHBOARD_LONG_TESTS"] = "1"
    LOGS.mkdir(parents=True, exist_ok=True)
    stop_children_on_signals()
    wanted = options.suites or [name for name in SUITES if options.long or not SUITES[name].only_long]
    outcomes = [run(name) for name in wanted]
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    if failed:
        print(f"details: {LOGS.relative_to(LOGS.parents[1])}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
