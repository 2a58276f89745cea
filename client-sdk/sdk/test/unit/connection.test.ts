// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../src/backoff";
import { CloseCode, ErrorCode } from "../../src/codes";
import { Connection } from "../../src/connection";
import { CommandError, ConnectionLostError, StoppedError } from "../../src/errors";
import { Hello, Ping } from "../../src/gen/test/switchboard/v1/client";
import { ENCODINGS, type Encoding } from "../encodings";
import { FakeServer, FakeTimers, settle } from "./fakes";

const ping = () => ({ $case: "ping" as const, value: Ping.create() });

function setUp(encoding: Encoding = "proto", hello = async () => Hello.create({ siteKey: "demo" })) {
  const server = new FakeServer(encoding);
  const timers = new FakeTimers();
  const stopped: Error[] = [];
  const connection = new Connection({
    url: "ws://server/v1/ws",
    codec: server.codec,
    transport: server.transport,
    timers,
    backoff: new Backoff({ baseMs: 1000, capMs: 8000 }, () => 0.999),
    hello,
    connectTimeoutMs: 10_000,
  });
  connection.on("stopped", (error) => stopped.push(error));
  return { server, timers, connection, stopped };
}

for (const encoding of ENCODINGS) {
  test(`${encoding}: hello first, then commands and their answers`, async () => {
    const { server, connection } = setUp(encoding);
    await assert.rejects(connection.request(ping()), ConnectionLostError);
    connection.start();
    const socket = await server.welcome();
    assert.equal(socket.subprotocol, `switchboard.v1+${encoding}`);
    assert.equal(connection.state, "ready");
    const answers = [connection.request(ping()), connection.request(ping())];
    await settle();
    assert.deepEqual(socket.batches, [1, 2], "frames of one turn travel together");
    const [first, second] = socket.all("ping");
    socket.send(
      { replyTo: second!.requestId, body: { $case: "done", value: {} } },
      { replyTo: first!.requestId, body: { $case: "error", value: { code: ErrorCode.CONFLICT } } },
    );
    await assert.rejects(answers[0]!, (error: CommandError) => error.code === ErrorCode.CONFLICT);
    assert.equal((await answers[1]!)?.$case, "done");
  });
}

test("a loss rejects what waits and connects again with growing delays", async () => {
  const { server, timers, connection } = setUp();
  connection.start();
  const socket = await server.welcome();
  const answer = connection.request(ping());
  socket.close(1006);
  await assert.rejects(answer, ConnectionLostError);
  assert.equal(connection.state, "waiting");
  await timers.advance(998);
  assert.equal(server.sockets.length, 1);
  await timers.advance(1);
  assert.equal(server.sockets.length, 2);
  server.socket.close(1006);
  await timers.advance(1997);
  assert.equal(server.sockets.length, 2);
  await timers.advance(1);
  assert.equal(server.sockets.length, 3);
});

test("a lasting connection makes the next delay short again", async () => {
  const { server, timers, connection } = setUp();
  connection.start();
  for (let loss = 0; loss < 4; ++loss) {
    await server.welcome();
    server.socket.close(CloseCode.SLOW_CONSUMER);
    await timers.advance(8000);
  }
  await server.welcome();
  await timers.advance(5000);
  const before = server.sockets.length;
  server.socket.close(1006);
  await timers.advance(999);
  assert.equal(server.sockets.length, before + 1);
});

test("close codes from 4500 on stop for good", async () => {
  const { server, timers, connection, stopped } = setUp();
  connection.start();
  await server.welcome();
  server.socket.close(CloseCode.CREDENTIALS_REVOKED, "password changed");
  assert.equal(connection.state, "stopped");
  assert.ok(stopped[0] instanceof StoppedError && stopped[0].closeCode === CloseCode.CREDENTIALS_REVOKED);
  await timers.advance(100_000);
  assert.equal(server.sockets.length, 1);
  assert.equal(timers.pending, 0);
});

test("a refused Hello stops, a temporary refusal waits as told", async () => {
  const { server, timers, connection, stopped } = setUp();
  connection.start();
  await settle();
  server.socket.open();
  await settle();
  const error = { code: ErrorCode.UNAVAILABLE, temporary: true, retryAfterMs: 3000 };
  server.socket.reply(server.socket.last("hello"), { $case: "error", value: error });
  assert.equal(connection.state, "waiting");
  await timers.advance(2999);
  assert.equal(server.sockets.length, 1);
  await timers.advance(1);
  server.socket.open();
  await settle();
  server.socket.reply(server.socket.last("hello"), { $case: "error", value: { code: ErrorCode.UNAUTHENTICATED } });
  assert.equal(connection.state, "stopped");
  assert.ok(stopped[0] instanceof CommandError && stopped[0].code === ErrorCode.UNAUTHENTICATED);
});

test("GoAway tells when to come back", async () => {
  const { server, timers, connection } = setUp();
  connection.start();
  const socket = await server.welcome();
  socket.send({ body: { $case: "goAway", value: { reconnectAfterMs: 4321 } } });
  socket.close(CloseCode.SERVICE_RESTART);
  await timers.advance(4320);
  assert.equal(server.sockets.length, 1);
  await timers.advance(1);
  assert.equal(server.sockets.length, 2);
});

test("a quiet connection is kept alive, a dead one is noticed", async () => {
  const { server, timers, connection } = setUp();
  connection.start();
  const socket = await server.welcome({ heartbeatMs: 25_000 });
  await timers.advance(20_000);
  assert.equal(socket.all("ping").length, 1);
  socket.reply(socket.last("ping"), { $case: "pong", value: {} });
  await timers.advance(20_000);
  assert.equal(socket.all("ping").length, 2);
  await timers.advance(9_999);
  assert.equal(connection.state, "ready");
  await timers.advance(1);
  assert.equal(connection.state, "waiting");
  assert.equal(socket.closedWith, CloseCode.NORMAL);
});

test("a server that never welcomes is given up", async () => {
  const { server, timers, connection } = setUp();
  connection.start();
  await settle();
  await timers.advance(10_000);
  assert.equal(connection.state, "waiting");
  assert.equal(server.socket.closedWith, CloseCode.NORMAL);
});

test("late words of an older socket are ignored", async () => {
  const { server, timers, connection } = setUp();
  connection.start();
  const old = await server.welcome();
  connection.drop("test");
  await timers.advance(1000);
  await server.welcome();
  old.close(CloseCode.ABUSE);
  assert.equal(connection.state, "ready");
});

test("bytes that are no frame end the connection, not the client", async () => {
  const { server, connection } = setUp();
  connection.start();
  const socket = await server.welcome();
  socket.sendRaw(new Uint8Array([255, 255, 255]));
  assert.equal(connection.state, "waiting");
});

test("a credential that cannot be fetched is asked for again", async () => {
  let attempts = 0;
  const { server, timers, connection } = setUp("proto", async () => {
    if (++attempts < 3) throw new TypeError("network");
    return Hello.create();
  });
  connection.start();
  await timers.advance(4000);
  assert.equal(attempts, 3);
  await server.welcome();
  assert.equal(connection.state, "ready");
});

test("stop sends what was said last, and nothing follows", async () => {
  const { server, timers, connection, stopped } = setUp();
  connection.start();
  const socket = await server.welcome();
  connection.notify(ping());
  connection.stop();
  assert.equal(socket.all("ping").length, 1);
  assert.equal(socket.closedWith, CloseCode.NORMAL);
  assert.equal(stopped.length, 1);
  connection.stop();
  connection.start();
  await timers.advance(100_000);
  assert.equal(stopped.length, 1);
  assert.equal(server.sockets.length, 1);
});

test("a batch over the announced limit is split", async () => {
  const { server, connection } = setUp();
  connection.start();
  const socket = await server.welcome({ limits: { frameBytes: 30 } });
  for (let count = 0; count < 8; ++count) void connection.request(ping()).catch(() => {});
  await settle();
  assert.equal(socket.all("ping").length, 8);
  assert.ok(socket.batches.slice(1).every((size) => size < 8), socket.batches.join(" "));
});
