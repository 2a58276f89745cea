# SPDX-License-Identifier: Apache-2.0
"""Network namespaces on one bridge: each a machine of its own whose cable can be pulled. Needs root."""

import os
import subprocess

def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


def permitted():
    """May this process make machines of its own? Only root may."""
    probe = f"sbprobe{os.getpid()}"
    try:
        made = ip("netns", "add", probe, check=False).returncode == 0
        return made and ip("netns", "del", probe, check=False).returncode == 0
    except OSError:
        return False


class Namespaces:
    """`count` machines 10.213.X.1 ...; this side is .254. The tag, a number, keeps runs apart that go on at the same time."""

    def __init__(self, count, tag):
        self.tag, self.count = tag, count
        self.network = f"10.213.{tag % 250}"
        self.bridge = f"sb{tag}"
        ip("link", "add", self.bridge, "type", "bridge")
        ip("addr", "add", f"{self.network}.254/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        for number in range(1, count + 1):
            name, outside = self.name(number), self.cable(number)
            ip("netns", "add", name)
            ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", outside, "master", self.bridge, "up")
            ip("-n", name, "addr", "add", f"{self.address(number)}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")

    def name(self, number):
        return f"sb{self.tag}n{number}"

    def cable(self, number):
        return f"sb{self.tag}v{number}"

    def address(self, number):
        return f"{self.network}.{number}"

    def inside(self, number):
        return ["ip", "netns", "exec", self.name(number)]

    def pull(self, number):
        """Nothing comes in or goes out any more, and nobody is told."""
        ip("link", "set", self.cable(number), "down")

    def plug(self, number):
        ip("link", "set", self.cable(number), "up")

    def remove(self):
        for number in range(1, self.count + 1):
            ip("netns", "del", self.name(number), check=False)
            ip("link", "del", self.cable(number), check=False)
        ip("link", "del", self.bridge, check=False)
