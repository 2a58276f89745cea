// SPDX-License-Identifier: Apache-2.0
// What staff does about routing: picking, asking a colleague, explaining, raising; and what a customer hears of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient } from "../../src/agent_client";
import { ErrorCode } from "../../src/codes";
import { CustomerClient } from "../../src/customer_client";
import { memoryStorage } from "../../src/environment";
import { hasCode } from "../../src/errors";
import type { DeepPartial, ServerFrame } from "../../src/gen/test/switchboard/v1/client";
import { Error as WireError } from "../../src/gen/test/switchboard/v1/error";
import { Event, LeaveReason } from "../../src/gen/test/switchboard/v1/event";
import { type Conversation, ConversationStatus } from "../../src/gen/test/switchboard/v1/model";
import { FakeServer, type FakeSocket, FakeTimers, settle, textEvent } from "./fakes";

const ANNA = { id: "anna", name: "Anna" };
const BEN = { id: "ben", name: "Ben" };
const CHAT = { id: "c1", epoch: 1n, assignEpoch: 5n, agent: ANNA, status: ConversationStatus.ACTIVE };

function setUp() {
  const server = new FakeServer("json");
  const timers = new FakeTimers();
  const options = { url: "ws://server/v1/ws", site: "demo", codec: server.codec, transport: server.transport, timers, random: () => 0.5 };
  return { server, timers, options };
}

async function agent(self: { id: string; name: string }, conversations: DeepPartial<Conversation>[] = []) {
  const { server, timers, options } = setUp();
  const client = new AgentClient({ ...options, token: "token" });
  const told: string[] = [];
  client.on("assigned", ({ id }) => told.push(`assigned ${id}`));
  client.on("released", ({ conversation }) => told.push(`released ${conversation.id}`));
  client.on("consultStarted", ({ conversation, agent: asked }) => told.push(`asked ${asked.id} about ${conversation.id}`));
  client.on("consultEnded", ({ conversation }) => told.push(`over ${conversation.id}`));
  void client.start().catch(() => {});
  const socket = await server.welcome({ self, conversations });
  return { client, server, socket, timers, told };
}

const consultStarted: DeepPartial<ServerFrame> = {
  body: { $case: "consultStarted", value: { conversation: { ...CHAT, consulted: BEN.id }, agent: BEN } },
};
const consultEnded: DeepPartial<ServerFrame> = { body: { $case: "consultEnded", value: { conversationId: "c1" } } };

function eventFrame(seq: number, body: Event["body"]): DeepPartial<ServerFrame> {
  const event = Event.create({ seq: BigInt(seq), prev: BigInt(seq - 1), eventId: BigInt(seq), body });
  return { body: { $case: "event", value: { conversationId: "c1", event } } };
}

async function done<Result>(socket: FakeSocket, kind: Parameters<FakeSocket["last"]>[0], promise: Promise<Result>) {
  await settle();
  const frame = socket.last(kind);
  socket.reply(frame, { $case: "done", value: {} });
  await promise;
  return frame.command.value;
}

test("who waits is listed with the first texts, and picked", async () => {
  const { client, socket } = await agent(ANNA);
  const waiting = client.listWaiting("billing");
  await settle();
  const value = { conversations: [{ id: "c1" }, { id: "c2" }], previews: ["Hello"] };
  socket.reply(socket.last("listWaiting"), { $case: "waitingList", value });
  assert.deepEqual(
    (await waiting).map(({ conversation, preview }) => [conversation.id, preview]),
    [["c1", "Hello"], ["c2", ""]],
  );
  assert.deepEqual(await done(socket, "pickConversation", client.pick("c1")), { conversationId: "c1" });
});

test("a supervisor asks why, and says how urgent", async () => {
  const { client, socket } = await agent(ANNA);
  const explained = client.explain("c1");
  await settle();
  socket.reply(socket.last("explainConversation"), { $case: "explanation", value: { summary: "Nobody is there.", step: 1 } });
  assert.equal((await explained).summary, "Nobody is there.");
  const value = await done(socket, "setPriority", client.setPriority("c1", { boostS: 300 }));
  assert.deepEqual(value, { conversationId: "c1", boostS: 300, urgent: false });
  const gone = client.explain("c2");
  await settle();
  socket.reply(socket.last("explainConversation"), { $case: "error", value: WireError.create({ code: ErrorCode.NOT_FOUND }) });
  await assert.rejects(gone, (error) => hasCode(error, ErrorCode.NOT_FOUND));
});

test("the owner asks a colleague, and passes the conversation on or keeps it", async () => {
  const { client, socket, told } = await agent(ANNA, [CHAT]);
  const [chat] = client.conversations;
  assert.ok(chat);
  const ownership = { conversationId: "c1", assignEpoch: 5n };
  const asked = await done(socket, "startConsult", chat.startConsult("ben", "a refund?"));
  assert.deepEqual(asked, { ...ownership, agent: "ben", note: "a refund?" });
  socket.send(consultStarted, eventFrame(1, { $case: "consultChanged", value: { agent: { ...BEN, role: 2 }, began: true } }));
  assert.equal(chat.info.consulted, "ben");
  assert.equal(chat.consulting, false);
  socket.send(eventFrame(2, { $case: "consultChanged", value: { agent: { ...BEN, role: 2 }, began: false } }), consultEnded);
  assert.equal(chat.info.consulted, "");
  assert.equal(chat.ended, false, "the owner goes on");
  assert.deepEqual(told, ["assigned c1", "asked ben about c1", "over c1"]);
  assert.deepEqual(await done(socket, "completeConsult", chat.completeConsult()), ownership);
  assert.deepEqual(await done(socket, "endConsult", chat.endConsult()), { conversationId: "c1" });
});

test("the colleague who is asked sees the log until that is over", async () => {
  const { client, socket, told } = await agent(BEN);
  socket.send(consultStarted, { body: { $case: "event", value: { conversationId: "c1", event: textEvent(1) } } });
  const [chat] = client.conversations;
  assert.ok(chat);
  assert.equal(chat.consulting, true);
  assert.equal(chat.log.length, 1);
  socket.send(consultEnded, consultEnded);
  assert.equal(chat.ended, true);
  assert.deepEqual(told, ["asked ben about c1", "over c1"]);
  assert.deepEqual(client.conversations, []);
});

for (const order of ["the assignment", "the end"] as const) {
  test(`the colleague becomes the owner, ${order} told first`, async () => {
    const { client, socket, told } = await agent(BEN);
    socket.send(consultStarted);
    const assigned: DeepPartial<ServerFrame> = {
      body: { $case: "conversationAssigned", value: { conversation: { ...CHAT, agent: BEN, assignEpoch: 6n } } },
    };
    socket.send(...(order === "the end" ? [consultEnded, assigned] : [assigned, consultEnded]));
    assert.deepEqual(told.slice(0, 3), ["asked ben about c1", "over c1", "assigned c1"]);
    const [chat] = client.conversations;
    assert.equal(chat?.consulting, false);
    assert.equal(chat?.info.assignEpoch, 6n);
    assert.equal(chat?.ended, false);
  });
}

test("after a reconnect the colleague is still asked, or not any more", async () => {
  const { client, server, socket, timers, told } = await agent(BEN);
  socket.send(consultStarted, { body: { $case: "event", value: { conversationId: "c1", event: textEvent(1) } } });
  const [chat] = client.conversations;
  socket.close(1006);
  await timers.advance(5000);
  const second = await server.welcome({ self: BEN });
  second.send(consultStarted);
  assert.deepEqual(told, ["asked ben about c1"]);
  assert.equal(client.conversations[0], chat);
  assert.equal(chat?.consulting, true);
  assert.equal(chat?.log.length, 1);
  second.close(1006);
  await timers.advance(5000);
  const third = await server.welcome({ self: BEN });
  third.send({ body: { $case: "conversationReleased", value: { conversationId: "c1" } } });
  assert.deepEqual(told, ["asked ben about c1", "over c1"]);
  assert.equal(chat?.ended, true);
});

test("who gets a conversation back goes on with the numbers of the messages", async () => {
  const { client, socket } = await agent(BEN);
  const assigned: DeepPartial<ServerFrame> = {
    body: { $case: "conversationAssigned", value: { conversation: { ...CHAT, agent: BEN, assignEpoch: 6n } } },
  };
  const numberOf = async (text: string) => {
    void client.conversations[0]?.send(text).catch(() => {});
    await settle();
    const { number } = socket.last("sendMessage").command.value;
    socket.reply(socket.last("sendMessage"), { $case: "messageAccepted", value: { conversationId: "c1", number } });
    await settle();
    return number;
  };
  socket.send(assigned);
  assert.equal(await numberOf("one moment"), 1);
  socket.send({ body: { $case: "conversationReleased", value: { conversationId: "c1", reason: LeaveReason.TRANSFERRED } } });
  socket.send(assigned);
  assert.equal(await numberOf("one moment"), 2);
});

test("a customer says wishes, hears an estimate, and is warned before the end", async () => {
  const { server, options } = setUp();
  const client = new CustomerClient({ ...options, storage: memoryStorage() });
  void client.start().catch(() => {});
  const socket = await server.welcome();
  const preferred = [{ name: "lang-de", level: 3 }];
  const started = client.startConversation({ department: "billing", preferred });
  await settle();
  assert.deepEqual(socket.last("startConversation").command.value.preferred, preferred);
  socket.reply(socket.last("startConversation"), { $case: "conversationOpened", value: { conversation: { id: "c1", epoch: 1n } } });
  const chat = await started;
  const warned: number[] = [];
  chat.on("inactivityWarned", ({ closeAfterS }) => warned.push(closeAfterS));
  const estimate = { p50S: 60, p90S: 180 };
  socket.send({ body: { $case: "queuePosition", value: { conversationId: "c1", position: 2, estimate } } });
  assert.deepEqual(chat.position?.estimate, estimate);
  socket.send(eventFrame(1, { $case: "inactivityWarned", value: { closeAfterS: 120 } }));
  assert.deepEqual(warned, [120]);
});
