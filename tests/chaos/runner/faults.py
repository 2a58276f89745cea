# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, row by row of the fault matrix: how it is done to a running desk, and what must be true besides the checker's word."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from processes import until
from resp import Redis, RedisError

ROOT = Path(__file__).resolve().parents[3]


def nothing(*_):
    return None


def no_variables(*_):
    return {}


@dataclass(frozen=True)
class Fault:
    name: str
    row: str                                  # of the matrix
    expected: str
    inject: Callable                          # (run): does it, holds it, heals it
    topology: str = "single"                  # or "group": three machines with Sentinel
    durability: str = "fsync"
    flags: tuple = ()
    sentinels: tuple = (1, 2, 3)              # on which machine each of them stands
    prepare: Callable = nothing               # (run): before the store starts
    store_env: Callable = no_variables        # (run)
    node_env: Callable = no_variables         # (number)
    check: Callable = nothing                 # (run): after the clients are done
    rounds: int = 2                           # how often each dialogue is played: the clients must be at work all the time
    excused: bool = True                      # waiting beside a free agent, while it lasts and shortly afterwards
    agent_grace_s: int = 10                   # until conversations of an agent who vanished go back to the queue
    workload: tuple = ()                      # more words for the clients' program
    needs_root: bool = False                  # besides those on machines of their own
    only_long: bool = False                   # not unless it is named, or with --long


# ---- nodes

def any_node(run):
    return run.random.choice(run.nodes)


def kill_node(run):
    node = any_node(run)
    node.process.kill()
    run.hold(0.5 + run.random.random() * 2)
    node.start()


def pause_node(seconds):
    def inject(run):
        node = any_node(run)
        run.notes["paused"] = node.name
        node.process.stop()
        run.hold(seconds)
        node.process.resume()
    return inject


def paused_node_was_fenced(run):
    node = next(one for one in run.nodes if one.name == run.notes["paused"])
    run.expect("the node that was paused beyond its lease found itself fenced", "node.fenced" in node.process.log())


def restart_all(run):
    """One after the other, as a rolling upgrade does it."""
    for node in run.nodes:
        run.expect(f"{node.name} left in order", node.process.terminate() == 0)
        node.start()


def no_node_was_fenced(run):
    run.expect("no node lost its lease", not any("node.fenced" in node.process.log() for node in run.nodes))


def starve(run):
    """Every process of the servers runs a third of the time only."""
    processes = [node.process for node in run.nodes] + [run.store.server.process]
    for _ in range(12):
        for process in processes:
            process.stop()
        run.hold(0.2)
        for process in processes:
            process.resume()
        run.hold(0.1)


def few_descriptors(run):
    node = any_node(run)
    used = len(os.listdir(f"/proc/{node.process.pid}/fd"))
    subprocess.run(["prlimit", "--pid", str(node.process.pid), f"--nofile={used + 2}:4096"], check=True)
    sockets = []
    import socket
    for _ in range(40):
        one = socket.socket()
        one.settimeout(0.5)
        try:
            one.connect((node.host, node.port))
            sockets.append(one)
        except OSError:
            pass
    run.hold(2)
    for one in sockets:
        one.close()
    subprocess.run(["prlimit", "--pid", str(node.process.pid), "--nofile=4096:4096"], check=True)
    until("new clients get in again", lambda: node.status() == 200)


# ---- clients

def wait_for_the_end_of_an_agent(run):
    """The clients' program lets one vanish by itself."""
    until("an agent has vanished", lambda: "vanishes" in run.workload.log() or not run.workload.running())
    run.hold(3)


def do_nothing(run):
    run.hold(0.5)


# ---- the store

def kill_store(run):
    run.store.server.process.kill()
    run.hold(0.3)
    run.store.server.start()


def newest_log(run):
    return max((run.store.server.data / "appendonlydir").glob("*.incr.aof"), key=lambda file: file.stat().st_mtime)


def flip_bit(run):
    run.store.server.process.kill()
    file = newest_log(run)
    place = file.stat().st_size // 2

    def flip():
        with open(file, "r+b") as log:
            log.seek(place)
            byte = log.read(1)[0]
            log.seek(place)
            log.write(bytes([byte ^ 0x40]))
    flip()
    run.store.server.start(wait=False)
    until("Redis refuses a damaged file or starts", lambda: not run.store.server.process.running() or run.store.server.answers())
    run.notes["refused"] = not run.store.server.process.running()
    run.store.server.process.kill()
    flip()
    run.store.server.start()


def pause_store(seconds):
    def inject(run):
        run.store.server.process.stop()
        run.hold(seconds)
        run.store.server.process.resume()
    return inject


def power_shim(_):
    library = ROOT / "build/chaos/power.so"
    source = Path(__file__).with_name("power.c")
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        library.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl", "-lpthread"], check=True)
    return {"LD_PRELOAD": str(library), "POWER_FILES": ".aof"}


def small_disk(run):
    disk = run.store.server.data
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], check=True)
    run.stack.callback(subprocess.run, ["umount", "-l", disk], check=False)


def fill_disk(run):
    server = run.store.server
    filler = server.data / "filler"
    try:
        with open(filler, "wb") as file:
            while True:
                file.write(b"\0" * 65536)
                file.flush()
    except OSError:
        pass
    until("Redis has given up", lambda: not server.process.running())
    run.hold(1)
    filler.unlink()
    server.start()


def configure(settings, back, hold=1.5, kick=False):
    """CONFIG SET for a while; `kick`: existing connections end, so that it concerns everybody."""
    def inject(run):
        with run.store.server.connect() as redis:
            for name, value in settings.items():
                redis("CONFIG", "SET", name, value)
            if kick:
                redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            run.hold(hold)
            for name, value in back.items():
                redis("CONFIG", "SET", name, value)
    return inject


def forbid_scripts(run):
    with run.store.server.connect() as redis:
        redis("ACL", "SETUSER", "default", "-evalsha")
        run.hold(1.5)
        redis("ACL", "SETUSER", "default", "+evalsha")


def ask_for_a_password(run):
    with run.store.server.connect() as redis:
        redis("CONFIG", "SET", "requirepass", "secret")
        redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        redis("CLIENT", "KILL", "TYPE", "pubsub")
        run.hold(1.5)
        redis("CONFIG", "SET", "requirepass", "")


def long_script(run):
    with run.store.server.connect() as redis:
        redis("CONFIG", "SET", "busy-reply-threshold", "200")
        redis.socket.settimeout(20)
        try:
            redis("EVAL", "local t = redis.call('TIME')[1] + 2 while redis.call('TIME')[1] + 0 < t do end", "0")
        except RedisError:
            pass
        redis("CONFIG", "SET", "busy-reply-threshold", "5000")


def failing_snapshots(run):
    target = run.store.server.data / "dump.rdb"
    target.mkdir()   # a directory cannot be replaced by a file
    with run.store.server.connect() as redis:
        redis("CONFIG", "SET", "save", "1 1")
        until("a snapshot has failed", lambda: b"rdb_last_bgsave_status:err" in redis("INFO", "persistence"))
        run.hold(1.5)
        target.rmdir()
        redis("CONFIG", "SET", "save", "")
        redis("CONFIG", "SET", "stop-writes-on-bgsave-error", "no")


def drop_subscriptions(run):
    with run.store.server.connect() as redis:
        for _ in range(5):
            redis("CLIENT", "KILL", "TYPE", "pubsub")
            run.hold(0.5)


# ---- the network of one machine

def slow_network(seconds, hold=3):
    def inject(run):
        for proxy in run.store_proxies + run.client_proxies:
            proxy.latency, proxy.jitter = seconds, seconds / 2
        run.hold(hold)
        for proxy in run.store_proxies + run.client_proxies:
            proxy.heal()
    return inject


def reset_connections(run):
    for _ in range(4):
        for proxy in run.random.sample(run.store_proxies + run.client_proxies, 2):
            proxy.reset_all()
        run.hold(0.5)


def half_open_to_store(run):
    proxy = run.random.choice(run.store_proxies)
    if run.random.random() < 0.5:
        proxy.swallow_up = True
    else:
        proxy.swallow_down = True
    run.hold(5)
    proxy.heal()


def half_open_to_clients(run):
    proxy = run.random.choice(run.client_proxies)
    proxy.swallow_down = True
    run.hold(6)
    proxy.heal()


def storm(run):
    """Everybody is cut off at once, three times."""
    for _ in range(3):
        for proxy in run.client_proxies:
            proxy.reset_all()
        run.hold(0.7)


# ---- three machines

def number_of(run, server):
    return run.store.servers.index(server) + 1


def kill_primary(run):
    primary = run.store.primary()
    primary.process.kill()
    until("another one is the primary", lambda: run.store.primary() is not primary)
    run.hold(1)
    primary.start(wait=False)
    until("it is a replica now", lambda: primary.ask("ROLE")[0] == b"slave")


def order_failover(run):
    before = run.store.primary()
    host, port = run.store.addresses[0].rsplit(":", 1)
    with Redis(host, int(port)) as sentinel:
        sentinel("SENTINEL", "FAILOVER", "chat")
    until("another one is the primary", lambda: run.store.primary() is not before)
    until("it is a replica now", lambda: before.ask("ROLE")[0] == b"slave")


def cut_off_primary(seconds):
    def inject(run):
        primary = run.store.primary()
        number = number_of(run, primary)
        run.spaces.pull(number)
        run.hold(seconds)
        run.spaces.plug(number)
        until("one primary again", lambda: all(server.ask("ROLE")[0] == b"slave" for server in run.store.servers if server is not run.store.primary()))
    return inject


def kill_then_cut_off(run):
    kill_primary(run)
    run.mark("and cut off")
    cut_off_primary(4)(run)


def pause_primary(run):
    primary = run.store.primary()
    primary.process.stop()
    until("another one is the primary", lambda: run.store.primary() is not primary)
    run.hold(1)
    primary.process.resume()
    until("it is a replica now", lambda: primary.ask("ROLE")[0] == b"slave")


def lose_replica(run):
    replica = next(server for server in run.store.servers if server is not run.store.primary())
    replica.process.kill()
    run.hold(3)
    replica.start()


def sentinels_on_the_other_side(run):
    """Two of three Sentinels stand on machine 3: with it they are cut off from the primary and the other replica."""
    run.spaces.pull(3)
    run.hold(5)
    run.spaces.plug(3)
    until("one primary again", lambda: sum(server.ask("ROLE")[0] == b"master" for server in run.store.servers) == 1)


DEGRADING = ("--replica-degrade-after", "1s")

FAULTS = [
    Fault("node_killed", "node kill -9", "leases end within 3 s, no ghost agents", kill_node),
    Fault("node_paused_1s", "node SIGSTOP 1 s", "the lease outlives it: no session is lost", pause_node(1), check=no_node_was_fenced),
    Fault("node_paused_5s", "node SIGSTOP 5 s", "fenced: it drops its sessions, which resume elsewhere", pause_node(5), check=paused_node_was_fenced),
    Fault("rolling_restart", "node SIGTERM, rolling", "every node leaves in order, nothing fails", restart_all),
    Fault("store_killed", "Redis kill -9", "nothing lost, LOADING handled", kill_store),
    Fault("store_power_loss", "Redis power loss", "nothing lost with AOF always", kill_store, store_env=power_shim),
    Fault("log_bit_flipped", "AOF, one bit flipped", "Redis does not start on it, or nobody is misled; restored, nothing is lost", flip_bit),
    Fault("store_paused_500ms", "Redis SIGSTOP 0.5 s", "nobody is disconnected", pause_store(0.5), check=no_node_was_fenced),
    Fault("store_paused_3s", "Redis SIGSTOP 3 s", "refusals within 2 s, nobody is fenced", pause_store(3.2), check=no_node_was_fenced),
    Fault("disk_full", "disk full", "Redis exits, sends are refused for the time, nothing lost", fill_disk, prepare=small_disk, needs_root=True),
    Fault("latency_50ms", "latency 50 ms", "slower, nothing else", slow_network(0.05)),
    Fault("latency_200ms", "latency 200 ms", "slower, nothing else", slow_network(0.2)),
    Fault("resets", "RST", "everybody resumes", reset_connections),
    Fault("half_open_to_store", "half-open to Redis", "found within 5 s", half_open_to_store),
    Fault("half_open_to_clients", "half-open to clients", "found by the heartbeat", half_open_to_clients),
    Fault("agent_gone", "an agent vanishes", "after the grace period its conversations go on with others", wait_for_the_end_of_an_agent,
          agent_grace_s=2, workload=("--kill", "agent", "--kill-at-percent", "30")),
    Fault("storm", "reconnect storm", "everybody is back", storm),
    Fault("clock_skew", "clock skew +45 min on one node", "no lease breaks", slow_network(0.01),
          node_env=lambda number: {"LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "FAKETIME": "+45m",
                                   "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if number == 1 else {}, check=no_node_was_fenced),
    Fault("few_descriptors", "fd exhaustion", "who is there is served, new ones get in afterwards", few_descriptors),
    Fault("out_of_memory", "Redis OOM", "refused for the time", configure({"maxmemory": "1"}, {"maxmemory": "0"})),
    Fault("too_many_clients", "Redis maxclients", "existing connections go on", configure({"maxclients": "1"}, {"maxclients": "10000"})),
    Fault("script_busy", "Redis BUSY", "refused for the time", long_script),
    Fault("snapshots_fail", "Redis MISCONF", "refused for the time", failing_snapshots),
    Fault("no_permission", "Redis NOPERM", "refused for the time", forbid_scripts),
    Fault("no_login", "Redis NOAUTH", "refused for the time", ask_for_a_password),
    Fault("subscriptions_dropped", "pub/sub link drop", "the log is read: nobody misses anything", drop_subscriptions),
    Fault("cpu_starved", "CPU starvation", "no lease ends by mistake", starve, check=no_node_was_fenced),
    Fault("failover_ordered", "Sentinel fail-over by command", "nothing lost", order_failover, "group", flags=DEGRADING),
    Fault("primary_killed", "Sentinel fail-over, primary killed", "acknowledged again; the goal is 5 s", kill_primary, "group", flags=DEGRADING),
    Fault("primary_killed_all", "the same, every replica must have it", "acknowledged again when it is back as a replica", kill_primary, "group", rounds=3),
    Fault("primary_cut_off", "primary partitioned 5 s, with clients", "nothing acknowledged on the minority's side", cut_off_primary(5), "group",
          flags=DEGRADING),
    Fault("primary_killed_then_cut_off", "primary killed, then partitioned", "0 lost, doubled, out of order, misrouted", kill_then_cut_off, "group",
          flags=DEGRADING, rounds=4),
    Fault("primary_paused", "zombie primary", "nothing acknowledged by it is lost", pause_primary, "group", flags=DEGRADING),
    Fault("replica_lost", "replica dies", "refused within 2 s until it is back", lose_replica, "group"),
    Fault("replica_lost_degraded", "replica dies, one is allowed to be enough", "acknowledged again after the time", lose_replica, "group", flags=DEGRADING),
    Fault("sentinel_majority_elsewhere", "Sentinel majority beside the other replica", "nothing acknowledged by the old primary is lost",
          sentinels_on_the_other_side, "group", flags=DEGRADING, sentinels=(1, 3, 3), only_long=True),
    Fault("node_paused_30s", "node SIGSTOP 30 s", "fenced: it drops its sessions, which resume elsewhere", pause_node(30),
          check=paused_node_was_fenced, rounds=8, only_long=True),
    Fault("store_paused_20s", "Redis SIGSTOP 20 s", "refusals within 2 s, everybody goes on afterwards", pause_store(20), only_long=True),
    Fault("latency_1s", "latency 1000 ms", "refused for the time, everybody goes on afterwards", slow_network(1.0), only_long=True),
    Fault("primary_cut_off_15s", "primary partitioned 15 s", "nothing acknowledged on the minority's side", cut_off_primary(15), "group",
          flags=DEGRADING, rounds=4, only_long=True),
    Fault("primary_cut_off_60s", "primary partitioned 60 s", "nothing acknowledged on the minority's side", cut_off_primary(60), "group",
          flags=DEGRADING, rounds=10, only_long=True),
]
# What only the seeded bugs need.
OTHERS = [
    Fault("nothing", "nothing happens", "everything holds", do_nothing, excused=False),
    Fault("resets_while_writing", "RST, often", "everybody resumes", lambda run: [storm(run) for _ in range(3)]),
]
BY_NAME = {fault.name: fault for fault in FAULTS + OTHERS}

