// SPDX-License-Identifier: Apache-2.0
// What staff knows beyond conversations: departments as they change, colleagues, and the queues that a supervisor watches.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient } from "../../src/agent_client";
import { ErrorCode } from "../../src/codes";
import { CustomerClient } from "../../src/customer_client";
import { memoryStorage } from "../../src/environment";
import { CommandError, hasCode, TimeoutError } from "../../src/errors";
import { type DeepPartial, QueueSnapshot, type QueuesWatched } from "../../src/gen/test/switchboard/v1/client";
import { Error as WireError } from "../../src/gen/test/switchboard/v1/error";
import { AgentState, DepartmentInfo } from "../../src/gen/test/switchboard/v1/model";
import { FakeServer, type FakeSocket, FakeTimers, settle } from "./fakes";

function setUp() {
  const server = new FakeServer("json");
  const timers = new FakeTimers();
  const options = { url: "ws://server/v1/ws", site: "demo", codec: server.codec, transport: server.transport, timers, random: () => 0.5 };
  const client = new AgentClient({ ...options, token: "token" });
  const told: number[] = [];
  client.on("queues", ({ timeMs }) => told.push(Number(timeMs)));
  void client.start().catch(() => {});
  return { server, timers, client, told, options };
}

const at = (timeMs: number) => QueueSnapshot.create({ timeMs: BigInt(timeMs) });
const push = (socket: FakeSocket, timeMs: number) => socket.send({ body: { $case: "queueSnapshot", value: at(timeMs) } });

function answer(socket: FakeSocket, current: number, ...history: number[]): void {
  const value: DeepPartial<QueuesWatched> = { current: at(current), history: history.map(at) };
  socket.reply(socket.last("watchQueues"), { $case: "queuesWatched", value });
}

async function reconnect(server: FakeServer, timers: FakeTimers): Promise<FakeSocket> {
  server.socket.close(1006);
  await timers.advance(5000);
  return server.welcome({ heartbeatMs: 100_000 });
}

/** The part of both clients that is about departments. */
interface KnowsDepartments {
  readonly departments: DepartmentInfo[] | undefined;
  on(name: "departments", listener: (departments: DepartmentInfo[]) => void): unknown;
}

async function staysLatest(client: KnowsDepartments, server: FakeServer, timers: FakeTimers): Promise<void> {
  const heard: (boolean | undefined)[] = [];
  client.on("departments", ([billing]) => heard.push(billing?.staffed));
  const before = client.departments;
  assert.equal(before, undefined);
  const socket = await server.welcome({ departments: [{ id: "billing", staffed: true }] });
  assert.deepEqual(client.departments, [DepartmentInfo.create({ id: "billing", staffed: true })]);
  socket.send({ body: { $case: "departmentsChanged", value: { departments: [{ id: "billing" }] } } });
  assert.equal(client.departments?.[0]?.staffed, false);
  socket.close(1006);
  await timers.advance(1000);
  await server.welcome({ departments: [{ id: "billing", staffed: true }] });
  assert.deepEqual(heard, [true, false, true], "what changed during an absence is told as well");
}

test("departments are always the latest, for customers and staff alike", async () => {
  const { server, timers, client, options } = setUp();
  await staysLatest(client, server, timers);
  client.stop();
  const customer = new CustomerClient({ ...options, storage: memoryStorage() });
  void customer.start().catch(() => {});
  await staysLatest(customer, server, timers);
});

test("colleagues are told, and one of them may be meant by a transfer", async () => {
  const { server, client } = setUp();
  const socket = await server.welcome({ conversations: [{ id: "c1", epoch: 1n, assignEpoch: 5n }] });
  const colleagues = client.colleagues();
  await settle();
  const ben = { agent: { id: "ben", name: "Ben" }, state: AgentState.AWAY, load: 1, capacity: 3, departments: ["billing"] };
  socket.reply(socket.last("listColleagues"), { $case: "colleagues", value: { colleagues: [ben] } });
  assert.deepEqual((await colleagues).map(({ agent, state, load }) => [agent?.name, state, load]), [["Ben", AgentState.AWAY, 1]]);
  void client.conversations[0]?.transfer({ agent: "ben", note: "knows the case" }).catch(() => {});
  await settle();
  const goal = { department: "", topic: "", skills: [], note: "knows the case", agent: "ben", onlyIfFree: false };
  assert.deepEqual(socket.last("transferConversation").command.value, { conversationId: "c1", assignEpoch: 5n, ...goal });
});

test("queues are watched until that is ended, over reconnects, without a gap in what is told", async () => {
  const { server, timers, client, told } = setUp();
  let socket = await server.welcome();
  const watched = client.watchQueues(true);
  await settle();
  answer(socket, 40, 10, 25);
  assert.deepEqual((await watched)?.history.map(({ timeMs }) => Number(timeMs)), [10, 25]);
  push(socket, 41);
  socket = await reconnect(server, timers);
  assert.equal(socket.all("watchQueues").length, 1);
  answer(socket, 80, 25, 40, 55, 70);
  push(socket, 81);
  assert.deepEqual(told, [41, 55, 70, 80, 81]);

  socket = await reconnect(server, timers);
  assert.equal(socket.all("watchQueues").length, 1, "also after the second loss, without an answer between");
  socket = await reconnect(server, timers);
  assert.equal(socket.all("watchQueues").length, 1);
  answer(socket, 90);
  const ended = client.watchQueues(false);
  await settle();
  assert.equal(socket.last("watchQueues").command.value.watch, false);
  socket.reply(socket.last("watchQueues"), { $case: "done", value: {} });
  assert.equal(await ended, undefined);
  socket = await reconnect(server, timers);
  assert.equal(socket.all("watchQueues").length, 0);

  void client.watchQueues(true);
  await settle();
  answer(socket, 200, 100, 150);
  assert.equal(told.at(-1), 90, "a watch that begins anew has missed nothing");
});

test("a watch that was asked for while offline is asked for once", async () => {
  const { server, client, told } = setUp();
  const watched = client.watchQueues(true);
  const socket = await server.welcome();
  assert.equal(socket.all("watchQueues").length, 1);
  answer(socket, 10);
  assert.equal((await watched)?.current?.timeMs, 10n);
  assert.deepEqual(told, []);
});

test("who may not watch is refused, and not asked for again", async () => {
  const { server, timers, client } = setUp();
  let socket = await server.welcome();
  const refused = client.watchQueues(true);
  await settle();
  socket.reply(socket.last("watchQueues"), { $case: "error", value: WireError.create({ code: ErrorCode.NOT_FOUND }) });
  await assert.rejects(refused, (error) => error instanceof CommandError && hasCode(error, ErrorCode.NOT_FOUND));
  socket = await reconnect(server, timers);
  assert.equal(socket.all("watchQueues").length, 0);
});

test("a server that cannot answer for long does not end the watch, and an end that was asked for meanwhile holds", async () => {
  const { server, timers, client, told } = setUp();
  let socket = await server.welcome();
  const watched = client.watchQueues(true);
  await settle();
  answer(socket, 10);
  await watched;
  socket = await reconnect(server, timers);
  await timers.advance(31_000);
  assert.equal(socket.all("watchQueues").length, 2, "no answer within the time of a command: asked again");
  answer(socket, 20);
  assert.deepEqual(told, [20]);
  await settle();

  socket = await reconnect(server, timers);
  const ended = client.watchQueues(false);
  await Promise.all([assert.rejects(ended, TimeoutError), timers.advance(31_000)]);
  assert.deepEqual(socket.all("watchQueues").map(({ command }) => command.value.watch), [true, false]);
});
