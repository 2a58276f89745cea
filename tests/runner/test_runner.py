#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The runner tells success from every kind of failure: failed cases, crashes, programs that hang or run nothing."""

import os
import sys
import time
import unittest

import process
import suites

SUMMARY = "[doctest] test cases: {} | {} passed | {} failed | 0 skipped"


def python(text):
    return [sys.executable, "-c", text]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


class Runner(unittest.TestCase):
    def told(self, outcome, passed, failed):
        self.assertEqual((outcome.passed, outcome.failed), (passed, failed), outcome.notes)

    def doctest(self, text):
        return process.doctest("runner.sample", python(text))

    def test_doctest(self):
        self.told(self.doctest(f"print({SUMMARY.format(3, 3, 0)!r})"), 3, 0)
        failed = self.doctest(f"print('TEST CASE:  names'); print({SUMMARY.format(3, 1, 2)!r}); exit(1)")
        self.told(failed, 1, 2)
        self.assertEqual(failed.notes, ["runner.sample: names"])

    def test_why_a_case_failed_is_told(self):
        output = f"{'=' * 79}\nTEST CASE:  names\n\na.cpp:1: ERROR: CHECK( a == b ) is NOT correct!\n  values: CHECK( 1 == 2 )\n\n{'=' * 79}\n{SUMMARY.format(1, 0, 1)}"
        failed = self.doctest(f"print({output!r}); exit(1)")
        self.assertEqual(failed.notes, ["runner.sample: names\n  a.cpp:1: ERROR: CHECK( a == b ) is NOT correct!\n  values: CHECK( 1 == 2 )"])

    def test_lines(self):
        output = "ok     calm\n    acknowledged holds\nFAILED storm\n    acknowledged     1 VIOLATIONS\n      number 3\n    owners           holds\nok     end"
        outcome = suites.lines("runner.sample", python(f"print({output!r}); exit(1)"), {"ok": True, "FAILED": False})
        self.told(outcome, 2, 1)
        self.assertEqual(outcome.notes[:3], ["FAILED storm", "    acknowledged     1 VIOLATIONS", "      number 3"])
        self.assertEqual(len(outcome.notes), 4)

    def test_a_bad_end_counts_even_when_every_case_passed(self):
        self.told(self.doctest(f"print({SUMMARY.format(3, 3, 0)!r}); exit(23)"), 3, 1)

    def test_a_crash_without_a_summary(self):
        self.told(self.doctest("import os; os.abort()"), 0, 1)

    def test_nothing_was_run(self):
        self.told(self.doctest(f"print({SUMMARY.format(0, 0, 0)!r})"), 0, 1)

    def test_a_program_that_hangs_is_killed_with_its_children(self):
        script = "import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE); print(c.pid, flush=True); c.wait()"
        done = process.execute("runner.sample", python(script), deadline=2)
        self.assertTrue(done.timed_out)
        child = int(done.output or 0)  # a very busy machine may not have come so far
        # The kill is sent when the program is reaped; the child has to be scheduled once more to die of it.
        deadline = time.monotonic() + 30
        while alive(child) and time.monotonic() < deadline:
            os.sched_yield()
        self.assertFalse(alive(child))

    def test_node(self):
        text = "print('not ok 1 - a name\\n# pass 4\\n# fail 1\\n# cancelled 0'); exit(1)"
        outcome = process.node_tests("runner.sample", python(text))
        self.told(outcome, 4, 1)
        self.assertEqual(outcome.notes, ["runner.sample: a name"])
        self.told(process.node_tests("runner.sample", python("print('# pass 4\\n# fail 0\\n# cancelled 2'); exit(1)")), 4, 2)

    def test_unittest(self):
        self.told(process.unittest("runner.sample", python("print('Ran 5 tests in 0.1s'); print('FAIL: test_x (Y)'); exit(1)")), 4, 1)

    def test_no_standard_input(self):
        self.told(process.simple("runner.sample", python("import sys; exit(len(sys.stdin.read()))")), 1, 0)


if __name__ == "__main__":
    os.environ.pop("SWITCHBOARD_LONG_TESTS", None)
    unittest.main()
