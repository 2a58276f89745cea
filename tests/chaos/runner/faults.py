# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, row by row of the fault matrix: how it is done to a running desk, and what must be true besides the checker's word."""

from dataclasses import dataclass
from typing import Callable

from machine_strikes import (cut_off_primary, kill_primary, kill_then_cut_off, lose_packets, lose_replica, lose_sentinel, order_failover,
                             pause_primary, pause_sentinels, sentinels_on_the_other_side)
from node_strikes import (do_nothing, few_descriptors, half_open_to_clients, half_open_to_store, kill_node, no_node_was_fenced, pause_node,
                          paused_node_was_fenced, reset_connections, restart_all, slow_network, something_was_refused, something_was_thrown,
                          starve, storm, upgrade_all, wait_for_the_end_of_an_agent)
from slow_readers import add_quiet_department, slow_readers, slow_readers_were_let_go
from store_strikes import (ask_for_a_password, clock_of_store, configure, drop_subscriptions, failing_snapshots, fill_disk, flip_bit, forbid_scripts, kill_store,
                           long_script, pause_store, power_shim, small_disk, step_clock, tear_log, torn_log_was_told)


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
    disturbance: str = ""                     # of tests/chaos/seeded/disturbances.py, in all programs
    tenant: Callable = nothing                # (tenant): the document to store, if it is another one than the clients know
    check: Callable = nothing                 # (run): after the clients are done
    rounds: int = 2                           # how often each dialogue is played: the clients must be at work all the time
    excused: bool = True                      # waiting beside a free agent, while it lasts and shortly afterwards
    aftermath_s: int = 6                      # that is excused after it: leases, Sentinel's decision, clients that come back
    agent_grace_s: int = 10                   # until conversations of an agent who vanished go back to the queue
    workload: tuple = ()                      # more words for the clients' program
    needs_root: bool = False                  # besides those on machines of their own
    only_long: bool = False                   # not unless it is named, or with --long


FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
DEGRADING = ("--replica-degrade-after", "1s")

FAULTS = [
    Fault("node_killed", "node kill -9", "leases end within 3 s, no ghost agents", kill_node),
    Fault("node_paused_1s", "node SIGSTOP 1 s", "the lease outlives it: no session is lost", pause_node(1), check=no_node_was_fenced),
    Fault("node_paused_5s", "node SIGSTOP 5 s", "fenced: it drops its sessions, which resume elsewhere", pause_node(5), check=paused_node_was_fenced),
    Fault("rolling_restart", "node SIGTERM, rolling", "every node leaves in order, nothing fails", restart_all),
    Fault("store_killed", "Redis kill -9", "nothing lost, LOADING handled", kill_store),
    Fault("store_power_loss", "Redis power loss", "nothing lost with AOF always", kill_store, store_env=power_shim),
    Fault("log_torn", "AOF cut in the middle of a command", "Redis starts and says so; nothing acknowledged is lost", tear_log, check=torn_log_was_told),
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
    Fault("clock_skew", "clock skew +1 h on one node, -1 h on the other", "no lease breaks", slow_network(0.01),
          node_env=lambda number: {"LD_PRELOAD": FAKETIME, "FAKETIME": "+60m" if number == 1 else "-60m",
                                   "FAKETIME_DONT_FAKE_MONOTONIC": "1"}, check=no_node_was_fenced),
    Fault("clock_steps", "clock of Redis steps by 59 min, and back", "no lease breaks", step_clock, store_env=clock_of_store, check=no_node_was_fenced),
    Fault("few_descriptors", "fd exhaustion", "who is there is served, new ones get in afterwards", few_descriptors),
    Fault("out_of_memory", "Redis OOM", "refused for the time", configure({"maxmemory": "1"}, {"maxmemory": "0"})),
    Fault("too_many_clients", "Redis maxclients", "existing connections go on", configure({"maxclients": "1"}, {"maxclients": "10000"})),
    Fault("script_busy", "Redis BUSY", "refused for the time", long_script),
    Fault("snapshots_fail", "Redis MISCONF", "refused for the time", failing_snapshots),
    Fault("no_permission", "Redis NOPERM", "refused for the time", forbid_scripts),
    Fault("no_login", "Redis NOAUTH", "refused for the time", ask_for_a_password),
    Fault("subscriptions_dropped", "pub/sub link drop", "the log is read: nobody misses anything", drop_subscriptions),
    Fault("slow_readers", "slow consumers 10 %", "closed, at a bounded cost; nobody else notices", slow_readers, tenant=add_quiet_department,
          check=slow_readers_were_let_go),
    Fault("commands_twice", "duplicate client commands", "as if they had come once", do_nothing, disturbance="commands_twice"),
    Fault("commands_replayed", "replayed and late client commands", "as if they had not come again", reset_connections, disturbance="commands_replayed"),
    Fault("commands_reordered", "reordered client commands", "what comes before its turn is refused", do_nothing,
          disturbance="commands_reordered", check=something_was_refused),
    Fault("handler_throws", "handler exception", "only that session dies", do_nothing, disturbance="handler_throws", check=something_was_thrown),
    Fault("answer_throws", "exception in an answer of the store", "only that session dies, its message is there once", do_nothing,
          disturbance="answer_throws", check=something_was_thrown),
    Fault("upgrade", "rolling upgrade, two versions side by side", "every node leaves in order, nothing fails", upgrade_all, rounds=4),
    Fault("cpu_starved", "CPU starvation", "no lease ends by mistake", starve, check=no_node_was_fenced),
    # If Sentinel decides for another primary, the old one is a replica again, and all are there to acknowledge, after 13 s and more.
    Fault("packet_loss", "packet loss", "slower, nothing else; a fail-over at worst", lose_packets, "group", rounds=3, aftermath_s=20),
    Fault("failover_ordered", "Sentinel fail-over by command", "nothing lost", order_failover, "group", flags=DEGRADING, rounds=3),
    Fault("primary_killed", "Sentinel fail-over, primary killed", "acknowledged again; the goal is 5 s", kill_primary, "group", flags=DEGRADING,
          rounds=3),
    Fault("primary_killed_all", "the same, every replica must have it", "acknowledged again when it is back as a replica", kill_primary, "group", rounds=3,
          aftermath_s=20),
    Fault("primary_cut_off", "primary partitioned 5 s, with clients", "nothing acknowledged on the minority's side", cut_off_primary(5), "group",
          flags=DEGRADING, rounds=3),
    Fault("primary_killed_then_cut_off", "primary killed, then partitioned", "0 lost, doubled, out of order, misrouted", kill_then_cut_off, "group",
          flags=DEGRADING, rounds=6),
    Fault("primary_paused", "zombie primary", "nothing acknowledged by it is lost", pause_primary, "group", flags=DEGRADING, rounds=3),
    Fault("sentinel_lost", "a Sentinel dies, and then the primary", "the others decide; acknowledged again", lose_sentinel, "group", flags=DEGRADING,
          rounds=3),
    Fault("sentinels_paused", "two Sentinels SIGSTOP 3 s", "nothing happens", pause_sentinels, "group"),
    Fault("replica_lost", "replica dies", "refused within 2 s until it is back", lose_replica, "group"),
    Fault("replica_lost_degraded", "replica dies, one is allowed to be enough", "acknowledged again after the time", lose_replica, "group", flags=DEGRADING),
    Fault("sentinel_majority_elsewhere", "Sentinel majority beside the other replica", "nothing acknowledged by the old primary is lost",
          sentinels_on_the_other_side, "group", flags=DEGRADING, sentinels=(1, 3, 3)),
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

