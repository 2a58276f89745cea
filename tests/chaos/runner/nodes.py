# SPDX-License-Identifier: Apache-2.0
"""The nodes of one run: real server processes, each on a data directory of its own, with one token secret for all."""

import os
import subprocess
import urllib.request

from processes import Process, until

# Everything comes from one address here; the clients of a bench are no attackers.
NO_LIMITS = ["--connections-per-address", 0, "--handshakes-per-second", 0, "--handshakes-per-second-per-address", 0, "--new-visitors-per-minute", 0,
             "--customer-commands-per-second", 1000000, "--customer-command-burst", 1000000, "--customer-commands-per-minute", 0,
             "--agent-commands-per-second", 1000000, "--sessions-per-visitor", 1000000, "--sessions-per-agent", 1000000]


class Node:
    def __init__(self, program, name, folder, host, port, redis_url, flags=(), where=(), env=None):
        self.name, self.host, self.port = name, host, port
        secret = folder / "secret"
        if not secret.exists():
            secret.write_text(os.urandom(32).hex() + "\n", encoding="utf-8")
            secret.chmod(0o600)
        command = [program, "serve", "--listen", host, "--port", port, "--data-dir", folder / name, "--redis-url", redis_url,
                   "--token-secret-file", secret, "--threads", 1, "--heartbeat", "2s", "--drain", "3s", *NO_LIMITS, *flags]
        self.process = Process(name, command, folder / f"{name}.log", where, env)

    def become(self, program, env):
        """Another program from the next start on."""
        self.process.command[0] = str(program)
        self.process.env = env

    def start(self, wait=True):
        self.process.start()
        if wait:
            until(f"{self.name} is ready", lambda: self.status() == 200)

    def status(self):
        """Of /readyz; 0: no answer."""
        try:
            with urllib.request.urlopen(f"http://{self.host}:{self.port}/readyz", timeout=1) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def series(self):
        """Every line of /metrics: the name with its labels, and the value."""
        with urllib.request.urlopen(f"http://{self.host}:{self.port}/metrics", timeout=5) as answer:
            lines = [line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in lines}

    def metrics(self):
        """Sums over labels, by name."""
        sums = {}
        for name, value in self.series().items():
            name = name.split("{")[0]
            sums[name] = sums.get(name, 0) + value
        return sums


def store_tenant(program, folder, redis_url, document, where=()):
    path = folder / "tenant.json"
    path.write_text(document, encoding="utf-8")
    subprocess.run([*where, program, "tenant", "import", path, "--redis-url", redis_url], check=True, capture_output=True)
