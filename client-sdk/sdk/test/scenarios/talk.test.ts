// SPDX-License-Identifier: Apache-2.0
// Scenarios 2: the talk. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/codes";
import type { Command } from "../../src/connection";
import { CommandError, hasCode } from "../../src/errors";
import { SendMessage } from "../../src/gen/test/switchboard/v1/client";
import { Audience } from "../../src/gen/test/switchboard/v1/event";
import { Role } from "../../src/gen/test/switchboard/v1/model";
import { expectReply } from "../../src/replies";
import type { Agent, Customer } from "./people";
import { fingerprints, inBothEncodings, refusalOf, waitUntil } from "./stage";

/** As a client that numbers by itself would send it. */
function numbered(conversationId: string, number: number, text: string): Command {
  return { $case: "sendMessage", value: SendMessage.create({ conversationId, number, message: { text } }) };
}

inBothEncodings("talk_both_ways", async (stage) => {
  const talk = await stage.talk();
  const said: string[] = [];
  for (const text of ["plain", 'a "quote" and a \\', "two\nlines", "🙂 and 👩‍💻", "שלום"]) {
    for (const speaker of [talk.customer, talk.agent]) {
      const own = speaker === talk.agent ? `${text} (agent)` : text;
      const accepted = await speaker.chat(talk.id).send(own);
      said.push(own);
      await waitUntil("both have it", () => [talk.customer, talk.agent].every((one) => one.texts(talk.id).length === said.length));
      const event = talk.agent.stream(talk.id).at(-1);
      assert.deepEqual([event?.seq, event?.eventId, event?.number], [accepted.seq, accepted.eventId, accepted.number]);
    }
  }
  assert.deepEqual(talk.customer.texts(talk.id), said);
  assert.deepEqual(talk.agent.texts(talk.id), said);
  assert.deepEqual(talk.customer.chat(talk.id).unsent, []);
});

inBothEncodings("typing", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  customer.chat(id).setTyping(true);
  await waitUntil("the agent sees it", () => agent.typing.length > 0);
  assert.equal(agent.typing[0]?.typing, true);
  assert.equal(agent.typing[0]?.participant?.role, Role.CUSTOMER);
  agent.chat(id).setTyping(true);
  await waitUntil("the customer sees it", () => customer.typing.length > 0);
  assert.equal(customer.typing[0]?.participant?.id, "anna");
  assert.equal(agent.typing.length, 1);
  assert.equal(customer.typing.length, 1);
});

inBothEncodings("horizons", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  const told = (person: Customer | Agent, side: Role, delivered: bigint, read: bigint) => {
    const last = person.horizons.at(-1);
    return last?.side === side && last.horizons?.deliveredSeq === delivered && last.horizons.readSeq === read;
  };
  const { seq } = await agent.chat(id).send("hello");
  await waitUntil("the customer has it", () => customer.texts(id).length === 1);
  customer.chat(id).markRead(seq - 1n);
  customer.chat(id).markDelivered(seq);
  await waitUntil("the agent knows", () => told(agent, Role.CUSTOMER, seq, seq - 1n));
  agent.chat(id).markRead(seq);
  await waitUntil("the customer knows", () => told(customer, Role.AGENT, seq, seq));
  customer.chat(id).markRead(1n);
  customer.chat(id).markRead(seq);
  await waitUntil("only growth counts", () => told(agent, Role.CUSTOMER, seq, seq));
  assert.ok(agent.horizons.every((one, index) => (one.horizons?.readSeq ?? 0n) >= (agent.horizons[index - 1]?.horizons?.readSeq ?? 0n)));
});

inBothEncodings("note_is_staff_only", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  void agent.chat(id).send("one moment");
  void agent.chat(id).sendNote("has called twice already");
  void agent.chat(id).send("here I am");
  await waitUntil("the customer has both texts", () => customer.texts(id).length === 2);
  await waitUntil("anna has the note", () => agent.notes(id).length === 1 && agent.texts(id).length === 2);
  assert.deepEqual(customer.notes(id), []);
  assert.equal(customer.chat(id).holesRepaired, 0);
  assert.deepEqual(agent.stream(id).map(({ seq }) => Number(seq)), agent.stream(id).map((_, index) => index + 1));
  const { events } = await customer.chat(id).readLog(0n);
  assert.ok(events.every(({ audience, body }) => audience === Audience.ALL && body?.$case !== "note"));
  assert.deepEqual(fingerprints(events), fingerprints(customer.stream(id)));
});

inBothEncodings("dedupe", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  const send = async (number: number, text: string) => {
    return expectReply(await customer.client.run(numbered(id, number, text)), "messageAccepted");
  };
  const first = await send(1, "once");
  const again = await send(1, "once");
  assert.deepEqual([again.seq, again.eventId], [first.seq, first.eventId]);
  assert.equal(await refusalOf(customer, numbered(id, 1, "twice")), ErrorCode.CONFLICT);
  await assert.rejects(send(5, "five"), (error: CommandError) => hasCode(error, ErrorCode.OUT_OF_SEQUENCE) && error.expectedNumber === 2);
  await send(2, "two");
  assert.equal((await send(1, "once")).seq, first.seq);
  await waitUntil("the agent has both", () => agent.texts(id).length >= 2);
  assert.deepEqual(agent.texts(id), ["once", "two"]);
});

inBothEncodings("pipelined_burst", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  const accepted: Promise<unknown>[] = [];
  for (let index = 0; index < 200; ++index) {
    accepted.push(customer.chat(id).send(`c${index}`), agent.chat(id).send(`a${index}`));
  }
  await Promise.all(accepted);
  await waitUntil("both have all", () => customer.texts(id).length >= 400 && agent.texts(id).length >= 400, 30_000);
  const texts = customer.texts(id);
  assert.deepEqual(agent.texts(id), texts);
  for (const sender of ["c", "a"]) {
    assert.deepEqual(texts.filter((text) => text.startsWith(sender)), Array.from({ length: 200 }, (_, index) => `${sender}${index}`));
  }
});

inBothEncodings("first_text", async (stage) => {
  const [customer, anna] = [await stage.customer(), await stage.agent("anna")];
  const id = await stage.begin(customer, "billing", "invoice", "Good morning");
  await stage.accept(anna, id);
  await customer.chat(id).send("Anybody there?");
  await waitUntil("both have both", () => customer.texts(id).length === 2 && anna.texts(id).length === 2);
  assert.deepEqual(customer.texts(id), ["Good morning", "Anybody there?"]);
  assert.deepEqual(anna.texts(id), customer.texts(id));
  assert.deepEqual(anna.stream(id).filter(({ body }) => body?.$case === "message").map(({ number }) => number), [1, 2]);
});
