# SPDX-License-Identifier: Apache-2.0
"""Real processes of one run: started with a log, signalled by pid, gone with the run."""

import contextlib
import os
import signal
import subprocess
import time

PATIENCE = 30


def until(what, condition, patience=PATIENCE):
    """The first true answer; what is not there yet counts as no."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            if answer := condition():
                return answer
        time.sleep(0.02)
    raise RuntimeError(f"in {patience} s it did not come true: {what}")


class Process:
    """`where`: words before the command, such as those that enter a network namespace."""

    def __init__(self, name, command, log, where=(), env=None):
        self.name, self.command, self.log_path, self.where = name, [str(word) for word in command], log, list(where)
        self.env = env
        self.popen = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.popen = subprocess.Popen([*self.where, *self.command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          env={**os.environ, **(self.env or {})})

    @property
    def pid(self):
        return self.popen.pid if self.popen else 0

    def running(self):
        return self.popen is not None and self.popen.poll() is None

    def signal(self, number):
        if self.running():
            self.popen.send_signal(number)

    def kill(self):
        """SIGKILL, and waits until it is gone."""
        self.signal(signal.SIGKILL)
        if self.popen:
            self.popen.wait(PATIENCE)

    def stop(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def terminate(self, patience=PATIENCE):
        """SIGTERM; the exit status."""
        self.signal(signal.SIGTERM)
        return self.popen.wait(patience)

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")
