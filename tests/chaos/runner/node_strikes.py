# SPDX-License-Identifier: Apache-2.0
"""What is done to nodes, to their clients, and to the network of one machine."""

import os
import socket
import subprocess

from processes import until


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


def told_that_full(connection):
    try:
        connection.settimeout(0)
        return connection.recv(100).startswith(b"HTTP/1.1 503")
    except OSError:
        return False


def few_descriptors(run):
    node = any_node(run)
    used = len(os.listdir(f"/proc/{node.process.pid}/fd"))
    subprocess.run(["prlimit", "--pid", str(node.process.pid), f"--nofile={used + 2}:4096"], check=True)
    sockets = []
    for _ in range(40):
        one = socket.socket()
        one.settimeout(0.5)
        try:
            one.connect((node.host, node.port))
            sockets.append(one)
        except OSError:
            pass
    run.hold(2)
    run.expect("who comes too many is told", any(told_that_full(one) for one in sockets))
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


# ---- what the program itself does (tests/chaos/seeded/disturbances.py)

def something_was_refused(run):
    refusals = 'switchboard_error_replies_total{code="OUT_OF_SEQUENCE"}'
    run.expect("what came before its turn was refused", any(node.series().get(refusals, 0) > 0 for node in run.nodes))


def something_was_thrown(run):
    run.notes["thrown"] = sum(node.process.log().count("fault point") for node in run.nodes)
    run.expect("something was thrown", run.notes["thrown"] > 0)
    run.expect("every node lives", all(node.process.running() for node in run.nodes))


def upgrade_all(run):
    """Node after node becomes the next version, which writes what this one does not know; then one of them goes back."""
    versions = [(node, True) for node in run.nodes] + [(run.nodes[0], False)]
    for node, newer in versions:
        run.expect(f"{node.name} left in order", node.process.terminate() == 0)
        node.become(run.seeded_program if newer else run.program, {"SWITCHBOARD_SEEDED_BUG": "next_version"} if newer else {})
        node.start()
        run.hold(1)
