// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf } from "../src/draft";
import { conversation, message, offer, settle } from "./fake_server";
import { opened } from "./opened_desk";

test("an accepted offer opens its chat, whichever of answer, withdrawal and assignment comes first", async (context) => {
  const { server, desk, news, open } = await opened(context);
  await server.push(offer("o1", "c1", "Mara"));
  assert.equal(desk.ringing.length, 1);
  assert.deepEqual(news, [{ kind: "offer", name: "Mara" }]);
  const accepted = desk.accept(desk.ringing[0]!.offer);
  assert.equal(desk.ringing[0]?.answering, "accept");
  await server.push({ offerWithdrawn: { offerId: "o1", conversationId: "c1", outcome: "ACCEPTED" } });
  await accepted;
  await server.push({ conversationAssigned: { conversation: conversation("c1", "Mara") } });
  assert.deepEqual(open, ["c1"]);
  assert.equal(desk.ringing.length, 0);
  assert.deepEqual(
    desk.chats.map(({ customerName }) => customerName),
    ["Mara"],
  );
  desk.client.stop();
});

test("a chat that another device accepted appears and does not open by itself", async (context) => {
  const { server, desk, open } = await opened(context);
  await server.push(offer("o1", "c1", "Mara"));
  await server.push({ conversationAssigned: { conversation: conversation("c1", "Mara") } });
  assert.equal(desk.chats.length, 1);
  assert.equal(desk.ringing.length, 0);
  assert.deepEqual(open, []);
  desk.client.stop();
});

test("a refused accept stays visible with its reason while the offer rings", async (context) => {
  const { server, desk } = await opened(context);
  server.answer = () => ({ error: { code: "CAPACITY_EXCEEDED", message: "full" } });
  await server.push(offer("o1", "c1", "Mara"));
  await desk.accept(desk.ringing[0]!.offer);
  assert.match(desk.ringing[0]?.error?.message ?? "", /CAPACITY_EXCEEDED/);
  assert.equal(desk.ringing[0]?.answering, undefined);
  desk.client.stop();
});

test("a missed offer is told with the customer's name", async (context) => {
  const { server, desk, news, pass } = await opened(context);
  await server.push(offer("o1", "c1", "Mara"), { offerWithdrawn: { offerId: "o1", conversationId: "c1", outcome: "TIMED_OUT" } });
  assert.deepEqual(news.at(-1), { kind: "missed", name: "Mara" });
  assert.equal(desk.notices.length, 1);
  pass(10_000);
  assert.equal(desk.notices.length, 0);
  desk.client.stop();
});

test("unread and waiting follow what customer and agent write, and what was read elsewhere", async (context) => {
  const { server, desk } = await opened(context, { conversations: [conversation("c1", "Mara")] });
  const chat = desk.chats[0]!;
  await server.push(message("c1", 1, "one"), message("c1", 2, "two"));
  assert.equal(desk.unread, 2);
  assert.ok(chat.waitingSince);
  await server.push({ horizonsAdvanced: { conversationId: "c1", side: "AGENT", horizons: { deliveredSeq: "2", readSeq: "1" } } });
  assert.equal(chat.unread, 1);
  chat.markRead();
  assert.equal(chat.unread, 0);
  await server.push(message("c1", 3, "answer", "AGENT"));
  assert.equal(chat.waitingSince, undefined);
  assert.equal(chat.lastText?.text, "answer");
  desk.client.stop();
});

test("typing ends by itself", async (context) => {
  const { server, desk, pass } = await opened(context, { conversations: [conversation("c1", "Mara")] });
  await server.push({ typing: { conversationId: "c1", participant: { role: "CUSTOMER" }, typing: true } });
  assert.deepEqual(desk.chats[0]?.typing, [""]);
  pass(7000);
  assert.deepEqual(desk.chats[0]?.typing, []);
  desk.client.stop();
});

test("a released chat goes, unless something in it was not sent", async (context) => {
  const { server, desk, news } = await opened(context, {
    conversations: [conversation("c1", "Mara"), conversation("c2", "Jo"), conversation("c3", "Bea")],
  });
  server.answer = () => undefined; // what is sent stays unanswered
  desk.chat("c2")?.send("message", "lost words");
  draftOf("c3").set("message", "half a sentence");
  await settle();
  assert.equal(desk.hasUnsent, true);
  const released = (conversationId: string) => ({ conversationReleased: { conversationId, reason: "DISCONNECTED" } });
  await server.push(released("c1"), released("c2"), released("c3"));
  assert.deepEqual(
    desk.chats.map(({ id }) => id),
    ["c2", "c3"],
  );
  assert.deepEqual(
    desk.chat("c2")?.rejected.map(({ text }) => text),
    ["lost words"],
  );
  assert.deepEqual(
    news.map(({ kind }) => kind),
    ["lost", "lost", "lost"],
  );
  for (const chat of desk.chats) desk.dismissChat(chat);
  assert.equal(desk.chats.length, 0);
  assert.equal(draftOf("c3").text, "");
  desk.client.stop();
});

test("what stands in the log is not shown as unsent as well", async (context) => {
  const { server, desk } = await opened(context, { conversations: [conversation("c1", "Mara")] });
  server.answer = () => undefined;
  const chat = desk.chats[0]!;
  chat.send("message", "once");
  await settle();
  assert.equal(chat.unsent.length, 1);
  const own = {
    seq: "1",
    timeMs: "1",
    eventId: "9",
    audience: "ALL",
    sender: { role: "AGENT", id: "anna" },
    number: 1,
    message: { text: "once" },
  };
  await server.push({ event: { conversationId: "c1", event: own } });
  assert.equal(chat.unsent.length, 0);
  assert.equal(chat.conversation.unsent.length, 1); // its acknowledgement is still on the way
  desk.client.stop();
});
