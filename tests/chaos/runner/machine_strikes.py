# SPDX-License-Identifier: Apache-2.0
"""What is done to three machines with a Redis and a Sentinel each."""

from processes import until
from resp import Redis


def number_of(run, server):
    return run.store.servers.index(server) + 1


def until_replica(server):
    until("it is a replica now", lambda: server.ask("ROLE")[0] == b"slave")


def kill_primary(run):
    primary = run.store.primary()
    primary.process.kill()
    until("another one is the primary", lambda: run.store.primary() is not primary)
    run.hold(1)
    primary.start(wait=False)
    until_replica(primary)


def order_failover(run):
    before = run.store.primary()
    host, port = run.store.addresses[0].rsplit(":", 1)
    with Redis(host, int(port)) as sentinel:
        sentinel("SENTINEL", "FAILOVER", "chat")
    until("another one is the primary", lambda: run.store.primary() is not before)
    until_replica(before)


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
    until_replica(primary)


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


def lose_packets(run):
    """Now one machine, now another hears nothing for a moment: what was under way is lost and sent again by TCP."""
    for _ in range(25):
        number = run.random.randint(1, 3)
        run.spaces.pull(number)
        run.hold(0.03 + run.random.random() * 0.12)
        run.spaces.plug(number)
        run.hold(0.1)


def lose_sentinel(run):
    """The two that are left agree on a new primary."""
    sentinel = run.random.choice(run.store.sentinels)
    sentinel.kill()
    run.hold(0.5)
    kill_primary(run)
    sentinel.start()


def pause_sentinels(run):
    """Without a majority nobody is promoted, and nobody needs to be."""
    two = run.random.sample(run.store.sentinels, 2)
    for sentinel in two:
        sentinel.stop()
    run.hold(3)
    for sentinel in two:
        sentinel.resume()
