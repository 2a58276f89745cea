// SPDX-License-Identifier: Apache-2.0
// Customer and agent clients against a server played by hand, over both encodings.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient } from "../../src/agent_client";
import { ErrorCode } from "../../src/codes";
import { CustomerClient, type CustomerConversation } from "../../src/customer_client";
import { type KeyValueStorage, type Locks, memoryStorage } from "../../src/environment";
import { CommandError, hasCode, StoppedError, TimeoutError } from "../../src/errors";
import * as wire from "../../src/gen/test/switchboard/v1/client";
import { Closed, type Event, OfferOutcome } from "../../src/gen/test/switchboard/v1/event";
import { Conversation, ConversationStatus, Offer } from "../../src/gen/test/switchboard/v1/model";
import { ENCODINGS, type Encoding } from "../encodings";
import { FakeServer, type FakeSocket, FakeTimers, settle, stateOf, textEvent } from "./fakes";

const locks: Locks = { hold: async () => true };

function options(server: FakeServer, timers: FakeTimers) {
  return { url: "ws://server/v1/ws", site: "demo", codec: server.codec, transport: server.transport, timers, random: () => 0.5 };
}

function customer(encoding: Encoding = "proto", storage: KeyValueStorage = memoryStorage()) {
  const server = new FakeServer(encoding);
  const timers = new FakeTimers();
  const client = new CustomerClient({ ...options(server, timers), storage, locks });
  const rejected: string[] = [];
  client.on("conversation", (chat) => chat.on("rejected", ({ message }) => rejected.push(message.text)));
  void client.start().catch(() => {});
  return { server, timers, client, storage, rejected };
}

function agent() {
  const server = new FakeServer();
  const timers = new FakeTimers();
  const client = new AgentClient({ ...options(server, timers), token: () => "token" });
  const told: string[] = [];
  client.on("offer", ({ id }) => told.push(`offer ${id}`));
  client.on("offerWithdrawn", ({ offerId, outcome }) => told.push(`withdrawn ${offerId} ${outcome}`));
  client.on("assigned", ({ id }) => told.push(`assigned ${id}`));
  client.on("released", ({ conversation }) => told.push(`released ${conversation.id}`));
  void client.start().catch(() => {});
  return { server, timers, client, told };
}

const info = (id: string, more: wire.DeepPartial<Conversation> = {}) =>
  Conversation.create({ id, epoch: 77n, status: ConversationStatus.QUEUED, ...more });
const eventFrame = (conversationId: string, event: Event) => ({ body: { $case: "event" as const, value: { conversationId, event } } });
const texts = (chat: CustomerConversation | undefined) =>
  chat?.log.flatMap(({ body }) => (body?.$case === "message" ? [body.value.text] : [])) ?? [];
const closedEvent = (seq: number): Event => ({ ...textEvent(seq), body: { $case: "closed", value: Closed.create() } });

async function open(server: FakeServer, socket: FakeSocket, id = "c1", existing = false) {
  await settle();
  socket.reply(socket.last("startConversation"), { $case: "conversationOpened", value: { conversation: info(id), existing } });
  await settle();
  return server;
}

for (const encoding of ENCODINGS) {
  test(`${encoding}: start, talk, resume without loss or doubles`, async () => {
    const { server, timers, client } = customer(encoding);
    let socket = await server.welcome({ visitorToken: "visitor-1" });
    const started = client.startConversation({ department: "billing", topic: "invoice", text: "hello" });
    await open(server, socket);
    const chat = await started;
    socket.send(eventFrame("c1", textEvent(1, "hello")), eventFrame("c1", textEvent(2, "hi")));
    assert.deepEqual(texts(chat), ["hello", "hi"]);

    const accepted = chat.send("second text");
    await settle();
    assert.deepEqual(socket.all("sendMessage").map(({ command: { value } }) => value.number), [2], "number 1 was the text of the start");
    socket.close(1006);
    await timers.advance(1000);
    socket = await server.welcome({ conversations: [info("c1")] });
    const hello = socket.last("hello").command.value;
    assert.deepEqual(hello.credential, { $case: "visitorToken", value: "visitor-1" });
    assert.deepEqual(hello.resume, [{ conversationId: "c1", epoch: 77n, seq: 2n, eventId: 1002n }]);
    assert.equal(socket.last("sendMessage").command.value.number, 2);
    socket.send(eventFrame("c1", textEvent(2, "hi")), eventFrame("c1", textEvent(3, "second text")));
    socket.reply(socket.last("sendMessage"), { $case: "messageAccepted", value: { number: 2, seq: 3n } });
    assert.equal((await accepted).seq, 3n);
    assert.deepEqual(texts(chat), ["hello", "hi", "second text"]);
  });
}

test("a hole is filled from the log, once, before anything later is shown", async () => {
  const { server, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  socket.send(eventFrame("c1", textEvent(1)), eventFrame("c1", textEvent(4)), eventFrame("c1", textEvent(5)));
  await settle();
  assert.deepEqual(texts(client.conversation), ["text 1"]);
  assert.equal(socket.all("readLog").length, 1);
  assert.equal(socket.last("readLog").command.value.afterSeq, 1n);
  socket.reply(socket.last("readLog"), { $case: "log", value: { events: [textEvent(2), textEvent(3)] } });
  await settle();
  assert.deepEqual(texts(client.conversation), [1, 2, 3, 4, 5].map((seq) => `text ${seq}`));
  assert.equal(client.conversation?.holesRepaired, 1);
});

test("a failed repair is repeated", async () => {
  const { server, timers, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  socket.send(eventFrame("c1", textEvent(2)));
  await settle();
  socket.reply(socket.last("readLog"), { $case: "error", value: { code: ErrorCode.UNAVAILABLE, temporary: true } });
  await timers.advance(1000);
  assert.equal(socket.all("readLog").length, 2);
  socket.reply(socket.last("readLog"), { $case: "log", value: { events: [textEvent(1), textEvent(2)] } });
  await settle();
  assert.deepEqual(texts(client.conversation), ["text 1", "text 2"]);
});

test("a gap empties the view and tells the log again", async () => {
  const { server, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  let resets = 0;
  client.conversation?.on("reset", () => ++resets);
  socket.send(eventFrame("c1", textEvent(1, "lost tail")));
  const gap = { body: { $case: "resumeGap" as const, value: { snapshot: info("c1", { epoch: 78n }) } } };
  socket.send(gap, eventFrame("c1", textEvent(1, "what stands")));
  assert.equal(resets, 1);
  assert.deepEqual(texts(client.conversation), ["what stands"]);
});

test("a log that is gone ends the conversation and leaves what is shown", async () => {
  const { server, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  const chat = client.conversation!;
  socket.send(eventFrame("c1", textEvent(1)));
  socket.send({ body: { $case: "resumeGap", value: { snapshot: { id: "c1", status: ConversationStatus.CLOSED } } } });
  assert.ok(chat.ended);
  assert.deepEqual(texts(chat), ["text 1"]);
  assert.equal(client.conversation, undefined);
});

test("a start whose answer was lost does not say its text twice", async () => {
  const { server, timers, client } = customer();
  let socket = await server.welcome();
  const started = client.startConversation({ department: "billing", text: "hello" });
  await settle();
  socket.close(1006);
  await timers.advance(1000);
  socket = await server.welcome({ conversations: [info("c1")] });
  void client.conversation?.send("next");
  await settle();
  const sent = socket.all("sendMessage").map(({ command: { value } }) => [value.number, value.message?.text]);
  assert.deepEqual(sent, [[1, "hello"], [2, "next"]]);
  await open(server, socket, "c1", true);
  assert.equal((await started).id, "c1");
  assert.equal(socket.all("sendMessage").length, 2);
});

test("a command waits for a connection, is repeated after a loss, and gives up at its deadline", async () => {
  const { server, timers, client } = customer();
  const started = client.startConversation({ department: "billing" });
  const socket = await server.welcome();
  assert.equal(socket.all("startConversation").length, 1);
  const away = { code: ErrorCode.UNAVAILABLE, temporary: true, retryAfterMs: 500 };
  socket.reply(socket.last("startConversation"), { $case: "error", value: away });
  await timers.advance(500);
  assert.equal(socket.all("startConversation").length, 2);
  socket.close(1006);
  await timers.advance(500);
  const second = await server.welcome();
  assert.equal(second.all("startConversation").length, 1);
  await Promise.all([assert.rejects(started, TimeoutError), timers.advance(30_000)]);
  await timers.advance(10_000);
  assert.equal(second.all("startConversation").length, 1);
});

test("a refusal for good rejects at once; stop rejects what waits", async () => {
  const { server, client } = customer();
  const socket = await server.welcome();
  const refused = client.startConversation({ department: "nowhere" });
  await settle();
  socket.reply(socket.last("startConversation"), { $case: "error", value: { code: ErrorCode.NOT_FOUND } });
  await assert.rejects(refused, (error: CommandError) => error.code === ErrorCode.NOT_FOUND);
  const waiting = client.startConversation({ department: "billing" });
  client.stop();
  await assert.rejects(waiting, StoppedError);
  await assert.rejects(client.startConversation({ department: "billing" }), StoppedError);
});

test("unsent texts outlive the page and leave under its old instance", async () => {
  const storage = memoryStorage();
  const first = customer("proto", storage);
  let socket = await first.server.welcome({ visitorToken: "visitor-1", conversations: [info("c1")] });
  const { clientInstance } = socket.last("hello").command.value;
  void first.client.conversation?.send("not answered").catch(() => {});
  await settle();
  first.client.stop();

  const second = customer("proto", storage);
  socket = await second.server.welcome({ conversations: [info("c1")] });
  const hello = socket.last("hello").command.value;
  assert.equal(hello.clientInstance, clientInstance);
  assert.deepEqual(hello.credential, { $case: "visitorToken", value: "visitor-1" });
  assert.deepEqual(socket.all("sendMessage").map(({ command: { value } }) => [value.number, value.message?.text]), [[1, "not answered"]]);
  socket.reply(socket.last("sendMessage"), { $case: "messageAccepted", value: {} });
  await settle();
  assert.deepEqual(storage.keys(), ["switchboard:demo:visitor"]);
});

test("texts of a conversation that is over are handed back", async () => {
  const storage = memoryStorage();
  const first = customer("proto", storage);
  await first.server.welcome({ conversations: [info("c1")] });
  void first.client.conversation?.send("too late").catch(() => {});
  first.client.stop();

  const second = customer("proto", storage);
  const left: string[] = [];
  second.client.on("leftBehind", ({ messages }) => left.push(...messages.map(({ text }) => text)));
  await second.server.welcome();
  assert.deepEqual(left, ["too late"]);
  assert.deepEqual(storage.keys(), []);
});

test("a renewed token replaces the old one", async () => {
  const { server, client, storage } = customer();
  const socket = await server.welcome({ visitorToken: "one" });
  assert.equal(client.visitorToken, "one");
  socket.send({ body: { $case: "tokenIssued", value: { visitorToken: "two" } } });
  assert.equal(client.visitorToken, "two");
  assert.equal(storage.get("switchboard:demo:visitor"), "two");
});

test("after the end a customer may rate, and the next conversation is another one", async () => {
  const { server, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  const chat = client.conversation!;
  socket.send(eventFrame("c1", closedEvent(1)));
  assert.ok(chat.ended);
  void chat.rate(5).catch(() => {});
  await settle();
  assert.equal(socket.all("rateConversation").length, 1);
  void client.startConversation({ department: "billing" });
  await open(server, socket, "c2");
  assert.deepEqual(client.conversations.map(({ id }) => id), ["c2"]);
});

test("typing is sent at most every 3 s, its end at once; horizons at most once a second", async () => {
  const { server, timers, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  const chat = client.conversation!;
  for (let key = 0; key < 10; ++key) {
    chat.setTyping(true);
    await timers.advance(500);
  }
  assert.equal(socket.all("setTyping").length, 2);
  chat.setTyping(false);
  chat.setTyping(false);
  await settle();
  assert.equal(socket.all("setTyping").length, 3);

  for (const seq of [1n, 2n, 3n]) chat.markRead(seq);
  await settle();
  assert.deepEqual(socket.all("advanceHorizons").map(({ command: { value } }) => value.readSeq), [1n]);
  await timers.advance(1000);
  chat.markRead(2n);
  await timers.advance(3000);
  assert.deepEqual(socket.all("advanceHorizons").map(({ command: { value } }) => value.readSeq), [1n, 3n]);
});

test("an agent is told once of offers and conversations, whatever repeats", async () => {
  const { server, client, told } = agent();
  const offer = Offer.create({ id: "o1", conversation: info("c1") });
  const socket = await server.welcome({ offers: [{ offer }] });
  socket.send({ body: { $case: "offer", value: { offer } } });
  const accepted = client.accept(offer);
  await settle();
  assert.deepEqual(socket.last("acceptOffer").command.value.offerId, "o1");
  const assigned = { body: { $case: "conversationAssigned" as const, value: { conversation: info("c1", { assignEpoch: 5n }) } } };
  socket.send(assigned, assigned);
  socket.reply(socket.last("acceptOffer"), { $case: "done", value: {} });
  await accepted;
  assert.deepEqual(told, ["offer o1", "assigned c1"]);
  assert.deepEqual(client.offers, []);
  void client.conversations[0]?.send("hello").catch(() => {});
  await settle();
  assert.equal(socket.last("sendMessage").command.value.assignEpoch, 5n);
});

test("what an agent lost while away is told at the return", async () => {
  const { server, timers, client, told } = agent();
  const offer = Offer.create({ id: "o1", conversation: info("c1") });
  const socket = await server.welcome({ offers: [{ offer }], conversations: [info("c2"), info("c3")] });
  const lost = client.conversations[0]!;
  const unsent = lost.send("never arrived");
  socket.close(1006);
  await timers.advance(1000);
  await server.welcome({ conversations: [info("c3")] });
  assert.deepEqual(told.slice(-2), ["released c2", `withdrawn o1 ${OfferOutcome.OFFER_OUTCOME_UNSPECIFIED}`]);
  await assert.rejects(unsent, (error) => hasCode(error, ErrorCode.STALE_ASSIGNMENT));
  await assert.rejects(lost.send("x"), (error) => hasCode(error, ErrorCode.STALE_ASSIGNMENT));
  assert.deepEqual(client.conversations.map(({ id }) => id), ["c3"]);
});

test("staff is told more after the end: only the release ends it", async () => {
  const { server, client, told } = agent();
  const socket = await server.welcome({ conversations: [info("c1")] });
  const chat = client.conversations[0]!;
  socket.send(eventFrame("c1", closedEvent(1)), eventFrame("c1", textEvent(2, "disposition")));
  assert.equal(chat.log.length, 2);
  assert.equal(chat.ended, false);
  socket.send({ body: { $case: "conversationReleased", value: { conversationId: "c1" } } });
  assert.ok(chat.ended);
  assert.deepEqual(told, ["assigned c1", "released c1"]);
});

test("the client ends with the connection, and says why", async () => {
  const { server, client } = customer();
  const socket = await server.welcome({ conversations: [info("c1")] });
  const pending = client.conversation!.send("x");
  assert.equal(await stateOf(pending), "pending");
  const stopped = client.next("stopped");
  socket.close(4502, "signed out elsewhere");
  assert.match((await stopped).message, /CREDENTIALS_REVOKED/);
  await assert.rejects(pending, StoppedError);
  assert.equal(client.state, "stopped");
});
