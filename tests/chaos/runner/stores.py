# SPDX-License-Identifier: Apache-2.0
"""Real Redis servers of one run: a single one, or a primary with two replicas and three Sentinels on machines of their own."""

from processes import Process, until
from resp import Redis, RedisError

SYNCED = ["--appendonly", "yes", "--appendfsync", "always"]
BY_SECOND = ["--appendonly", "yes", "--appendfsync", "everysec"]


class Server:
    """One redis-server."""

    def __init__(self, name, folder, host, port, arguments=(), where=(), env=None):
        self.name, self.host, self.port, self.folder = name, host, port, folder
        self.data = folder / name
        self.data.mkdir(parents=True, exist_ok=True)
        command = ["redis-server", "--port", port, "--bind", host, "--dir", self.data, "--save", "", "--protected-mode", "no",
                   "--repl-diskless-sync-delay", "0", "--repl-timeout", "10", "--enable-debug-command", "yes", *arguments]
        self.process = Process(name, command, folder / f"{name}.log", where, env)

    def start(self, wait=True):
        self.process.start()
        if wait:
            until(f"{self.name} answers", self.answers)

    def connect(self):
        return Redis(self.host, self.port)

    def answers(self):
        with self.connect() as redis:
            return redis("PING") == "PONG"

    def ask(self, *words):
        with self.connect() as redis:
            return redis(*words)


class Single:
    """One Redis, alone."""

    def __init__(self, folder, port, arguments=tuple(SYNCED), env=None):
        self.server = Server("redis", folder, "127.0.0.1", port, arguments, env=env)
        self.servers = [self.server]

    def start(self):
        self.server.start()

    def primary(self):
        return self.server

    def close(self):
        self.server.process.kill()


class Group:
    """Three machines: a primary and two replicas, and three Sentinels, `places` says on which machine each Sentinel stands."""

    def __init__(self, folder, spaces, places=(1, 2, 3)):
        self.spaces = spaces
        self.servers = []
        for number in (1, 2, 3):
            follow = [] if number == 1 else ["--replicaof", spaces.address(1), "6379"]
            self.servers.append(Server(f"redis{number}", folder, spaces.address(number), 6379,
                                       [*SYNCED, "--min-replicas-to-write", "1", "--min-replicas-max-lag", "5", *follow], spaces.inside(number)))
        self.sentinels = [self._sentinel(folder, index, place) for index, place in enumerate(places)]
        self.addresses = [f"{spaces.address(place)}:{26379 + index}" for index, place in enumerate(places)]

    def _sentinel(self, folder, index, place):
        data = folder / f"sentinel{index + 1}"
        data.mkdir()
        config = data / "sentinel.conf"
        config.write_text(f"port {26379 + index}\nbind {self.spaces.address(place)}\ndir {data}\nprotected-mode no\n"
                          f"sentinel monitor chat {self.spaces.address(1)} 6379 2\n"
                          "sentinel down-after-milliseconds chat 1000\nsentinel failover-timeout chat 4000\n", encoding="utf-8")
        return Process(f"sentinel{index + 1}", ["redis-server", config, "--sentinel"], folder / f"sentinel{index + 1}.log",
                       self.spaces.inside(place))

    def url(self):
        return "redis+sentinel://" + ",".join(self.addresses) + "/chat"

    def start(self):
        for server in self.servers:
            server.start()
        until("the replicas have joined", lambda: b"connected_slaves:2" in self.servers[0].ask("INFO", "replication"))
        for sentinel in self.sentinels:
            sentinel.start()
        until("the Sentinels know everybody", lambda: all(self._knows(address) for address in self.addresses))

    @staticmethod
    def _knows(address):
        host, port = address.rsplit(":", 1)
        with Redis(host, int(port)) as sentinel:
            flat = [word.decode() for word in sentinel("SENTINEL", "MASTER", "chat")]
        about = dict(zip(flat[::2], flat[1::2]))
        return about["num-slaves"] == "2" and about["num-other-sentinels"] == "2"

    def primary(self):
        """The one that most Sentinels name."""
        named = []
        for address in self.addresses:
            host, port = address.rsplit(":", 1)
            try:
                with Redis(host, int(port), patience=1) as sentinel:
                    named.append(sentinel("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "chat")[0].decode())
            except (OSError, RedisError):
                continue
        most = max(set(named), key=named.count)
        return next(server for server in self.servers if server.host == most)

    def close(self):
        for process in [*self.sentinels, *(server.process for server in self.servers)]:
            process.kill()
