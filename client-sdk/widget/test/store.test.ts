// SPDX-License-Identifier: Apache-2.0
import { CloseCode } from "@switchboard/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { screenOf } from "../src/state";
import { settled, stage } from "./fakes";

const DEPARTMENTS = [{ id: "orders", name: "Orders", open: true, staffed: true }];
const TOKEN = { "switchboard:demo:visitor": "v0" };
const OPEN_CHAT = { conversations: [{ id: "c1", epoch: "1", status: "ACTIVE", department: "orders", headSeq: "2" }] };

const frame = (seq: number, body: object, sender: object = { role: "AGENT", id: "a1" }) => ({
  event: {
    conversationId: "c1",
    event: { seq: `${seq}`, prev: `${seq - 1}`, timeMs: "1", eventId: `${seq}`, audience: "ALL", sender, ...body },
  },
});
const answers = (seq: number, text: string) => frame(seq, { message: { text } });

async function talking() {
  const all = stage(TOKEN);
  all.welcomeWith({ departments: DEPARTMENTS, ...OPEN_CHAT });
  all.store.begin();
  await settled();
  all.push(
    frame(1, { message: { text: "Hello" } }, { role: "CUSTOMER" }),
    frame(2, { agentJoined: { agent: { role: "AGENT", id: "a1", name: "Anna" } } }),
  );
  await settled();
  return all;
}

test("nobody connects who has not opened the chat and was never here", async () => {
  const { store, sent, welcomeWith } = stage();
  welcomeWith({ departments: DEPARTMENTS });
  store.begin();
  await settled();
  assert.equal(sent.length, 0);
  store.setOpen(true);
  await settled();
  assert.equal(sent[0]?.command, "hello");
  assert.equal(screenOf(store.state), "start");
});

test("the identity that came before the beginning is used from the first connection on", async () => {
  const { store, jwts, sent } = stage();
  store.identify("a.b.c");
  assert.deepEqual(jwts, []);
  store.begin();
  await settled();
  assert.deepEqual(jwts, ["a.b.c"]);
  assert.equal(sent[0]?.value["customerJwt"], "a.b.c");
});

test("a chat from the form to the end", async () => {
  const { store, push, toPage, toTabs, welcomeWith } = stage();
  welcomeWith({ departments: DEPARTMENTS });
  store.begin();
  store.setOpen(true);
  await settled();
  await store.start({ department: "orders", text: "Hello" });
  push(frame(1, { message: { text: "Hello" } }, { role: "CUSTOMER" }), {
    queuePosition: { conversationId: "c1", position: 1, waiting: 1 },
  });
  await settled();
  assert.equal(screenOf(store.state), "waiting");
  assert.equal(store.state.chat?.position, 1);
  assert.equal(store.state.chat?.wait, undefined, "nobody can say");
  push({ queuePosition: { conversationId: "c1", position: 1, waiting: 1, estimate: { p50S: 125, p90S: 290 } } });
  await settled();
  assert.deepEqual(store.state.chat?.wait, { low: 2, high: 5 });
  assert.deepEqual(toTabs, ["started"]);
  push(frame(2, { agentJoined: { agent: { role: "AGENT", id: "a1", name: "Anna" } } }));
  await settled();
  assert.equal(screenOf(store.state), "talk");
  push(frame(3, { wrapUpStarted: { reason: "RESOLVED" } }));
  await settled();
  assert.equal(screenOf(store.state), "ended");
  push(frame(4, { closed: { reason: "RESOLVED" } }));
  await settled();
  assert.deepEqual(
    toPage.map(({ type }) => type),
    ["open", "conversation-started", "conversation-ended"],
  );
  store.newChat();
  await settled();
  assert.equal(screenOf(store.state), "start");
});

test("unread messages count and sound while the panel is closed, and are read when it opens", async () => {
  const { store, push, toPage, sent, sounds } = await talking();
  push(answers(3, "Hi"), answers(4, "there"));
  await settled();
  assert.equal(store.state.unread, 2);
  assert.equal(sounds(), 2);
  const last = () => sent.filter(({ command }) => command === "advanceHorizons").at(-1)?.value;
  assert.deepEqual(last(), { conversationId: "c1", deliveredSeq: "2" }, "the next horizon waits for its second");
  store.setOpen(true);
  await settled();
  assert.equal(store.state.unread, 0);
  assert.deepEqual(toPage.filter(({ type }) => type === "unread").at(-1), { type: "unread", count: 0 });
  push(answers(5, "!"));
  await settled();
  assert.equal(store.state.unread, 0);
  assert.equal(sounds(), 2);
  store.setVisible(false);
  await settled();
  push(answers(6, "?"));
  await settled();
  assert.equal(store.state.unread, 1);
});

test("what another tab has read is read here", async () => {
  const { store, push } = await talking();
  push(answers(3, "Hi"));
  await settled();
  assert.equal(store.state.unread, 1);
  push({ horizonsAdvanced: { conversationId: "c1", side: "CUSTOMER", horizons: { deliveredSeq: "3", readSeq: "3" } } });
  await settled();
  assert.equal(store.state.unread, 0);
});

test("a text that comes too late is kept and offered for a new chat, with the draft", async () => {
  const { store, push, sent } = await talking();
  store.send("Too late");
  await settled();
  assert.deepEqual(store.state.chat?.unsent, ["Too late"]);
  push(frame(3, { wrapUpStarted: { reason: "RESOLVED" } }));
  const requests = sent.filter(({ command }) => command === "sendMessage");
  assert.equal(requests.length, 1);
  push({ replyTo: 2, error: { code: "CONVERSATION_CLOSED" } });
  await settled();
  assert.deepEqual(
    store.state.chat?.rejected.map(({ text, closed }) => [text, closed]),
    [["Too late", true]],
  );
  store.draft = "And this";
  store.newChat();
  await settled();
  assert.equal(store.state.kept, "Too late\n\nAnd this");
});

test("a visitor token that the server refuses is given up once", async () => {
  const { store, close, storage, sent } = stage(TOKEN);
  store.begin();
  await settled();
  storage.set("switchboard:demo:visitor", "bad");
  close(CloseCode.AUTHENTICATION_FAILED);
  await settled();
  assert.equal(sent.filter(({ command }) => command === "hello").length, 2);
  assert.equal(store.state.stopped, undefined);
  close(CloseCode.AUTHENTICATION_FAILED);
  await settled();
  assert.equal(store.state.stopped, "setup");
});

test("reset forgets the visitor here and in other tabs", async () => {
  const { store, storage, toTabs } = await talking();
  store.reset();
  await settled();
  assert.deepEqual(storage.keys(), []);
  assert.deepEqual(toTabs, ["forgotten"]);
  assert.equal(store.state.chat, undefined);
});

test("a stopped client says why, and can start over", async () => {
  const { store, close, sent } = await talking();
  close(CloseCode.CREDENTIALS_REVOKED);
  await settled();
  assert.equal(screenOf(store.state), "stopped");
  assert.equal(store.state.stopped, "elsewhere");
  store.startOver();
  await settled();
  assert.equal(store.state.stopped, undefined);
  assert.equal(sent.at(-1)?.command, "hello");
});
