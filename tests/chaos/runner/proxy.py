# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that misbehaves on command: it delays, swallows, resets and refuses. Runs in a thread of its own."""

import asyncio
import random
import socket
import struct
import threading


class Proxy:
    def __init__(self, target, host="127.0.0.1"):
        self.target, self.host = target, host
        self.port = 0
        self.latency = self.jitter = 0.0   # seconds, each way
        self.swallow_up = self.swallow_down = False  # one way is silent, as with a cut cable: no reset, no end
        self.refuse = False
        self.writers = set()
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._accept, self.host, 0, backlog=512))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        server.close()
        for task in (tasks := asyncio.all_tasks(self.loop)):
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.loop.close()

    async def _accept(self, reader, writer):
        if self.refuse:
            return self._abort(writer)
        try:
            back_reader, back_writer = await asyncio.open_connection(*self.target)
        except OSError:
            return self._abort(writer)
        for one in (writer, back_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.writers.add(one)
        await asyncio.gather(self._pipe(reader, back_writer, True), self._pipe(back_reader, writer, False))

    async def _pipe(self, reader, writer, upwards):
        try:
            while data := await reader.read(65536):
                if self.latency or self.jitter:
                    await asyncio.sleep(self.latency + random.random() * self.jitter)
                if self.swallow_up if upwards else self.swallow_down:
                    continue
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def _abort(self, writer):
        """Closes with RST."""
        raw = writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        self.writers.discard(writer)

    def reset_all(self):
        """Every connection ends with RST, on both sides."""
        done = threading.Event()

        def cut():
            for writer in list(self.writers):
                self._abort(writer)
            done.set()
        self.loop.call_soon_threadsafe(cut)
        done.wait(5)

    def heal(self):
        self.latency = self.jitter = 0.0
        self.refuse = False
        swallowed = self.swallow_up or self.swallow_down
        self.swallow_up = self.swallow_down = False
        if swallowed:  # what was swallowed is missing in these streams for ever
            self.reset_all()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
