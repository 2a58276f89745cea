# SPDX-License-Identifier: Apache-2.0
"""For tests in Python: where the program is, a port, waiting for what must come true."""

import contextlib
import socket
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/switchboard"
PATIENCE = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, condition):
    """The first true answer; a server that is not there yet or answers nonsense counts as no."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            if answer := condition():
                return answer
        time.sleep(0.05)
    raise AssertionError(f"in {PATIENCE} s it did not come true: {what}")
