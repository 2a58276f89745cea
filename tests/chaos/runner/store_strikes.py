# SPDX-License-Identifier: Apache-2.0
"""What is done to a Redis that stands alone."""

import os
import struct
import subprocess
from pathlib import Path

from processes import until
from resp import RedisError

ROOT = Path(__file__).resolve().parents[3]


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


def shim(name):
    """A library to preload, built from its source beside this file."""
    library, source = ROOT / f"build/chaos/{name}.so", Path(__file__).with_name(f"{name}.c")
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        library.parent.mkdir(parents=True, exist_ok=True)
        made = library.with_suffix(f".{os.getpid()}")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl", "-lpthread"], check=True)
        made.replace(library)
    return str(library)


def power_shim(_):
    return {"LD_PRELOAD": shim("power"), "POWER_FILES": ".aof"}


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


def tear_log(run):
    """A command that Redis had begun to write when the power went: nobody was told of it."""
    run.store.server.process.kill()
    # The kill may have torn it already, and two pieces are no torn end.
    subprocess.run(["redis-check-aof", "--fix", newest_log(run)], input=b"y\n", check=True, stdout=subprocess.DEVNULL)
    with open(newest_log(run), "ab") as log:
        log.write(b"*3\r\n$3\r\nSET\r\n$5\r\nab")
    run.store.server.start()


def torn_log_was_told(run):
    run.expect("Redis said that its file was cut", "loaded anyway because aof-load-truncated is enabled" in run.store.server.process.log())


def set_clock(run, seconds):
    with open(run.folder / "offset", "r+b" if (run.folder / "offset").exists() else "wb") as file:
        file.write(struct.pack("<q", seconds))


def clock_of_store(run):
    set_clock(run, 0)
    return {"LD_PRELOAD": shim("clock"), "CLOCK_OFFSET": str(run.folder / "offset")}


def step_clock(run):
    """59 minutes forwards, and back again, at once each time. After an hour, closed conversations would rightly leave Redis."""
    run.clock_step_ms = 59 * 60_000
    for milliseconds in (run.clock_step_ms, 0):
        set_clock(run, milliseconds // 1000)
        run.hold(3)
