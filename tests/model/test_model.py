# SPDX-License-Identifier: Apache-2.0
"""Checks routing.pml with spin: the model holds, and each wrong variant of it is refused."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

MODEL = Path(__file__).with_name("routing.pml")
PATIENCE = 240
SAFETY = ["-DSAFETY", "-DNOCLAIM", "-DCOLLAPSE", "-DVECTORSZ=2048", "-DMEMLIM=3000"]
LIVENESS = ["-DCOLLAPSE", "-DNFAIR=3", "-DVECTORSZ=2048", "-DMEMLIM=3000"]


def explore(flags, liveness=False):
    """(errors, states) of everything that can happen."""
    with tempfile.TemporaryDirectory() as folder:
        def run(*command):
            done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
            if done.returncode != 0:
                raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
            return done.stdout
        run("spin", *flags, "-a", MODEL)
        run("cc", "-O2", "-w", *(LIVENESS if liveness else SAFETY), "-o", "pan", "pan.c")
        told = run("./pan", "-m400000", "-w24", *(["-a", "-f"] if liveness else []))
    if "max search depth too small" in told or "out of memory" in told or "Search not completed" in told and "errors: 0" in told:
        raise AssertionError("not everything was looked at")
    states = re.search(r"(\d+) states, stored", told)
    return int(re.search(r"errors: (\d+)", told).group(1)), int(states.group(1))


class Model(unittest.TestCase):
    def test_two_nodes_that_pause(self):
        errors, states = explore([])
        self.assertEqual(errors, 0)
        self.assertGreater(states, 1_000_000)

    def test_a_fail_over_that_loses_the_tail(self):
        errors, states = explore(["-DFAILOVER"])
        self.assertEqual(errors, 0)
        self.assertGreater(states, 100_000)

    def test_in_the_end_everybody_is_served(self):
        errors, states = explore(["-DIN_THE_END"], liveness=True)
        self.assertEqual(errors, 0)
        self.assertGreater(states, 100_000)


class WrongVariants(unittest.TestCase):
    """A check that refuses nothing proves nothing."""

    def refused(self, *flags, liveness=False):
        self.assertGreater(explore([f"-D{flag}" for flag in flags], liveness)[0], 0)

    def test_claim_without_the_epoch(self):
        self.refused("BUG_NO_EPOCH")

    def test_claim_without_the_status(self):
        self.refused("BUG_NO_STATUS")

    def test_claim_without_the_room(self):
        self.refused("BUG_NO_ROOM")

    def test_claim_for_who_is_not_there(self):
        self.refused("BUG_NO_PRESENCE")

    def test_accept_of_what_is_not_offered(self):
        self.refused("BUG_ACCEPT_ANY")

    def test_command_under_an_old_number(self):
        self.refused("BUG_NO_ASSIGN_EPOCH")

    def test_load_that_is_not_given_back(self):
        self.refused("BUG_LOST_RELEASE")

    def test_epochs_that_come_again_after_a_fail_over(self):
        self.refused("FAILOVER", "BUG_REISSUED_EPOCH", "BUG_KEPT_MEMORY")

    def test_memory_that_is_never_brought_up_to_date(self):
        self.refused("IN_THE_END", "BUG_NO_RECONCILE", liveness=True)


if __name__ == "__main__":
    unittest.main()
