# SPDX-License-Identifier: Apache-2.0
"""Customers who ask for much and read nothing, beside everybody else. They wait in a department of their own, in which nobody works."""

import base64
import json
import os
import socket
import struct
import time

from processes import until

COUNT = 6                 # one for ten others
TEXT_BYTES, TEXTS = 4000, 10
QUESTIONS = 30            # 40 KB each: more than the sockets and the outbox take
MOST_PER_READER = 512 * 1024
SLACK = 16 * 1024 * 1024  # what everybody else may cost meanwhile


class Customer:
    """A WebSocket in JSON, with nothing but what is needed here."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), 10)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /v1/ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: switchboard.v1+json\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.socket.recv(4096)
        self.buffer = self.buffer.split(b"\r\n\r\n", 1)[1]
        self.requests = 0

    def say(self, **command):
        self.requests += 1
        payload = json.dumps({"frames": [{"requestId": self.requests, **command}]}).encode()
        mask = os.urandom(4)
        head = struct.pack("!BBH", 0x81, 0x80 | 126, len(payload)) if len(payload) > 125 else struct.pack("!BB", 0x81, 0x80 | len(payload))
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))
        return self.requests

    def ask(self, **command):
        wanted = self.say(**command)
        while True:
            for frame in json.loads(self._message())["frames"]:
                if frame.get("replyTo") == wanted:
                    return frame

    def _take(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise OSError("closed")
            self.buffer += data
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _message(self):
        size = self._take(2)[1] & 127
        if size == 126:
            size = struct.unpack("!H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self._take(8))[0]
        return self._take(size)


def add_quiet_department(tenant):
    """With an agent who never comes: a department that nobody could serve would be refused."""
    nobody = {"id": "nobody", "login": "nobody", "name": "nobody", "departments": ["quiet"], "capacity": 1}
    return {**tenant, "departments": [*tenant["departments"], {"id": "quiet", "name": "quiet", "abandon_after_s": 2}],
            "agents": [*tenant["agents"], nobody]}


def stalled_customer(node, number):
    customer = Customer(node.host, node.port)
    customer.ask(hello={"siteKey": "bench", "visitorToken": "", "clientInstance": str(1 + number)})
    opened = customer.ask(startConversation={"department": "quiet", "text": "I do not read."})
    conversation = opened["conversationOpened"]["conversation"]["id"]
    for index in range(TEXTS):
        customer.ask(sendMessage={"conversationId": conversation, "number": index + 2, "message": {"text": f"{index} " + "x" * TEXT_BYTES}})
    for _ in range(QUESTIONS):
        customer.say(readLog={"conversationId": conversation, "limit": TEXTS + 2})
    return customer


def memory(nodes):
    return sum(int(line.split()[1]) * 1024 for node in nodes for line in open(f"/proc/{node.process.pid}/status", encoding="ascii") if line.startswith("VmRSS"))


def let_go(nodes):
    return sum(node.metrics().get("switchboard_slow_consumer_closes_total", 0) for node in nodes)


def slow_readers(run):
    before = most = memory(run.nodes)
    began = time.monotonic()
    customers = [stalled_customer(run.nodes[number % len(run.nodes)], number) for number in range(COUNT)]

    def all_gone():
        nonlocal most
        most = max(most, memory(run.nodes))
        return let_go(run.nodes) >= COUNT
    until("the slow readers are let go", all_gone)
    run.notes["let_go_after_s"] = round(time.monotonic() - began, 2)
    run.notes["memory_bytes"] = most - before
    for customer in customers:
        customer.socket.close()


def slow_readers_were_let_go(run):
    run.expect(f"they cost a bounded amount: {run.notes['memory_bytes']} bytes", run.notes["memory_bytes"] < COUNT * MOST_PER_READER + SLACK)
    run.expect(f"they were let go soon: {run.notes['let_go_after_s']} s", run.notes["let_go_after_s"] < 20)
