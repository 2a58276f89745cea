#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`switchboard top` and `switchboard chat` as people see them: in a terminal of 80 columns and 24 lines, which tmux plays, in front of the
real server with its demo."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from server import PROGRAM, free_port, until  # noqa: E402


class Terminals:
    """A demo server, and terminals by name."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="switchboard-top-"))
        self.tmux = ["tmux", "-S", str(self.directory / "tmux"), "-f", "/dev/null"]
        self.port = free_port()
        with open(self.directory / "server.log", "w", encoding="utf-8") as log:
            self.server = subprocess.Popen([PROGRAM, "serve", "--demo", "--port", str(self.port), "--data-dir", str(self.directory / "data"),
                                            "--durability", "memory", "--new-visitors-per-minute", "0"], stdout=log, stderr=subprocess.STDOUT)
        until("the server is ready", lambda: urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status == 200)
        (self.directory / "password").write_text("demo\n")

    def open(self, name, command, *arguments):
        words = " ".join([str(PROGRAM), command, "--url", f"ws://127.0.0.1:{self.port}", *arguments])
        # What it said last stays to be read.
        subprocess.run([*self.tmux, "new-session", "-d", "-s", name, "-x", "80", "-y", "24", f"{words}; echo ended $?; cat"], check=True)

    def type(self, name, *keys):
        subprocess.run([*self.tmux, "send-keys", "-t", name, *keys], check=True)

    def screen(self, name):
        return subprocess.run([*self.tmux, "capture-pane", "-p", "-t", name], check=True, capture_output=True, text=True).stdout

    def shows(self, name, pattern):
        try:
            return until(f"{name} shows {pattern}", lambda: re.search(pattern, self.screen(name)))
        except AssertionError as failure:
            raise AssertionError(f"{failure}; it shows:\n{self.screen(name)}") from None

    def customer(self, name, department):
        self.open(name, "chat", "--as", "customer", "--department", department, "--name", name)
        self.shows(name, "Waiting for an agent")
        self.type(name, "Hello", "Enter")

    def agent(self, login):
        self.open(login, "chat", "--as", "agent", "--login", login)
        self.shows(login, "Password:")
        self.type(login, "demo", "Enter")
        self.shows(login, "Signed in as")

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], check=False)
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(timeout=40)
        shutil.rmtree(self.directory)


class Top(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.terminals = Terminals()
        cls.addClassCleanup(cls.terminals.close)
        for name, department in (("jo", "order_issue"), ("kim", "order_issue"), ("sam", "product_defect")):
            cls.terminals.customer(name, department)
        cls.terminals.agent("david")
        cls.terminals.shows("david", r"Offer: \w+ in order_issue")
        cls.terminals.type("david", "y", "Enter")

    def top(self, name, *arguments):
        self.terminals.open(name, "top", "--login", "mona", "--password-file", str(self.terminals.directory / "password"), *arguments)

    def test_departments_then_who_waits_then_why(self):
        terminals = self.terminals
        self.top("pages")
        terminals.shows("pages", r"NOBODY THERE: Defects and returns 1")
        terminals.shows("pages", r"Orders +0 +\d+:\d\d +1 +1 +2/4")
        screen = terminals.screen("pages")
        self.assertNotIn("…\n", screen, "a line is cut off")
        self.assertIn(" q quit  Enter who waits", screen)
        terminals.type("pages", "Enter")
        terminals.shows("pages", r"Defects and returns +product_defect +open")
        terminals.shows("pages", r"\n +1 +\d+:\d\d +\d\d:\d\d:\d\d +0 ")
        self.assertNotIn("…\n", terminals.screen("pages"), "a line is cut off")
        terminals.type("pages", "Enter")
        terminals.shows("pages", r"Nobody of Defects and returns is free: Mona is away and 2 are offline")
        terminals.shows("pages", r"Farid +0/\d +not logged in: never signed in")
        terminals.type("pages", "Escape")
        terminals.shows("pages", r"Esc back  Enter explain")
        terminals.type("pages", "q")
        terminals.shows("pages", "ended 0")

    def test_a_smaller_window_is_drawn_anew(self):
        terminals = self.terminals
        self.top("small")
        terminals.shows("small", "Orders")
        subprocess.run([*terminals.tmux, "resize-window", "-t", "small", "-x", "50", "-y", "10"], check=True)
        terminals.shows("small", r"Orders +0")
        self.assertLessEqual(max(map(len, terminals.screen("small").splitlines())), 50)
        terminals.type("small", "q")
        terminals.shows("small", "ended 0")

    def test_once_is_for_scripts(self):
        self.top("once", "--once")
        self.terminals.shows("once", r"Orders")
        self.terminals.shows("once", "ended 0")

    def test_what_cannot_be_is_told(self):
        self.terminals.open("agent", "top", "--login", "david", "--password-file", str(self.terminals.directory / "password"))
        self.terminals.shows("agent", r"sign\s+in as a supervisor\s+ended [1-9]")
        (self.terminals.directory / "wrong").write_text("wrong\n")
        self.terminals.open("wrong", "top", "--login", "mona", "--password-file", str(self.terminals.directory / "wrong"))
        self.terminals.shows("wrong", r"switchboard top: wrong login or password\s+ended [1-9]")


if __name__ == "__main__":
    unittest.main()
