// SPDX-License-Identifier: Apache-2.0
// Scenarios 7: routing, of these what an agent's client has a part in. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/codes";
import { hasCode } from "../../src/errors";
import { LeaveReason } from "../../src/gen/test/switchboard/v1/event";
import type { Agent } from "./people";
import { inBothEncodings, type Stage, staysTrue, type Talk, waitUntil } from "./stage";

function routing(name: string, scenario: (stage: Stage) => Promise<void>): void {
  inBothEncodings(name, scenario, [], "routing_tenant.json");
}

const refusedWith = (code: ErrorCode) => (error: unknown) => hasCode(error, code);

/** anna talks with a customer in support, and dave is consulted. */
async function consulting(stage: Stage): Promise<Talk & { dave: Agent }> {
  const talk = await stage.talk(undefined, await stage.agent("anna"), "support", "help");
  await talk.customer.chat(talk.id).send("It hums");
  const dave = await stage.agent("dave");
  await talk.agent.chat(talk.id).startConsult("dave", "What is this?");
  await waitUntil("dave is told, with the log", () => dave.consults.length === 1 && dave.count(talk.id, "consultChanged") === 1);
  assert.equal(dave.chat(talk.id).consulting, true);
  return { ...talk, dave };
}

routing("pull_queue", async (stage) => {
  const [pia, paul] = [await stage.agent("pia"), await stage.agent("paul")];
  const [first, second] = [await stage.customer(), await stage.customer()];
  const one = await stage.begin(first, "tickets", "ticket", "The printer burns");
  const two = await stage.begin(second, "tickets", "ticket", "The door is stuck");
  const listed = async () => (await pia.client.listWaiting("tickets")).map(({ conversation, preview }) => `${conversation.id} ${preview}`);
  await waitUntil("both are listed", async () => (await listed()).length === 2);
  assert.deepEqual(await listed(), [`${one} The printer burns`, `${two} The door is stuck`]);
  await pia.client.pick(one);
  await waitUntil("pia has it", () => pia.holds(one) && pia.count(one, "agentJoined") === 1);
  assert.deepEqual(pia.texts(one), ["The printer burns"]);
  await assert.rejects(paul.client.pick(one), refusedWith(ErrorCode.ILLEGAL_STATE));
  await pia.client.pick(one);
  await waitUntil("the other one moves up", () => second.position(two) === 1);
  await waitUntil("the customer sees her", () => first.count(one, "agentJoined") === 1);
  await staysTrue("nobody is asked", () => pia.offers.length + paul.offers.length === 0);
});

routing("consult_completed", async (stage) => {
  const { customer, agent: anna, id, dave } = await consulting(stage);
  assert.deepEqual(dave.texts(id), ["It hums"]);
  assert.deepEqual(dave.notes(id), ["What is this?"]);
  await dave.chat(id).sendNote("The transformer");
  await assert.rejects(dave.chat(id).send("Hello from dave"), refusedWith(ErrorCode.NOT_FOUND));
  await waitUntil("anna reads his note", () => anna.notes(id).length === 2);
  await anna.chat(id).completeConsult();
  await waitUntil("dave has it", () => dave.assigned.includes(id) && dave.count(id, "agentJoined") === 2);
  assert.deepEqual(dave.consultsEnded, [id]);
  assert.equal(dave.chat(id).consulting, false);
  await waitUntil("anna is released", () => !anna.holds(id));
  assert.deepEqual(anna.released, [{ id, reason: LeaveReason.TRANSFERRED }]);
  await dave.chat(id).send("I am Dave");
  await waitUntil("the customer hears him", () => customer.texts(id).length === 2);
  assert.deepEqual(customer.notes(id), []);
  assert.equal(customer.chat(id).holesRepaired, 0);
});

routing("consult_taken_back", async (stage) => {
  const { customer, agent: anna, id, dave } = await consulting(stage);
  await anna.chat(id).endConsult();
  await waitUntil("dave is told", () => dave.consultsEnded.length === 1);
  assert.equal(dave.chat(id).ended, true);
  await anna.chat(id).startConsult("dave");
  await waitUntil("he is told again", () => dave.consults.length === 2);
  await dave.chat(id).endConsult();
  await waitUntil("both know", () => dave.consultsEnded.length === 2 && anna.count(id, "consultChanged") === 4);
  await anna.chat(id).send("Still here");
  await waitUntil("it arrives", () => customer.texts(id).length === 2);
  assert.equal(customer.count(id, "agentJoined"), 1);
});

routing("consulted_reconnects", async (stage) => {
  const { customer, agent: anna, id, dave } = await consulting(stage);
  const chat = dave.chat(id);
  dave.wire.cut();
  await customer.chat(id).send("It hums louder");
  await waitUntil("dave is back and has the rest", () => dave.welcomes.length === 2 && dave.texts(id).length === 2);
  assert.deepEqual(dave.texts(id), ["It hums", "It hums louder"]);
  // To its user nothing has happened.
  assert.equal(dave.chat(id), chat);
  assert.equal(chat.consulting, true);
  assert.equal(dave.consults.length, 1);
  assert.deepEqual(dave.consultsEnded, []);
  await anna.chat(id).completeConsult();
  await waitUntil("dave has it", () => dave.assigned.includes(id));
  await dave.chat(id).send("I am Dave");
  await waitUntil("the customer hears him", () => customer.texts(id).length === 3);
});

routing("consulted_goes_away", async (stage) => {
  const { agent: anna, id, dave } = await consulting(stage);
  dave.wire.held = true;
  dave.wire.cut();
  await waitUntil("he cannot take it over", async () => {
    const refused = anna.chat(id).completeConsult().then(() => false, refusedWith(ErrorCode.ILLEGAL_STATE));
    return refused;
  });
  assert.equal(anna.holds(id), true);
  await anna.chat(id).endConsult();
  dave.wire.held = false;
  await waitUntil("he is told that it is over", () => dave.consultsEnded.length === 1);
  assert.deepEqual(dave.released, []);
  assert.deepEqual(dave.client.conversations, []);
});

routing("only_if_free", async (stage) => {
  const talk = await stage.talk(undefined, await stage.agent("anna"), "support", "help");
  const { customer, agent: anna, id } = talk;
  const passOn = () => anna.chat(id).transfer({ department: "sales", topic: "order", onlyIfFree: true });
  await assert.rejects(passOn(), refusedWith(ErrorCode.ILLEGAL_STATE));
  await stage.sayAndHear(talk, "it goes on");
  assert.equal(customer.count(id, "transferred"), 0);
  const carla = await stage.agent("carla");
  await passOn();
  await stage.accept(carla, id);
  await waitUntil("anna is released", () => !anna.holds(id));
});

routing("transferred_back", async (stage) => {
  const { customer, agent: anna, id } = await stage.talk(undefined, await stage.agent("anna"), "support", "help");
  const dave = await stage.agent("dave");
  await anna.chat(id).send("One moment");
  await anna.chat(id).transfer({ agent: "dave" });
  await stage.accept(dave, id);
  await dave.chat(id).transfer({ agent: "anna" });
  await waitUntil("anna is asked", () => anna.offersOf(id).length === 2);
  await stage.accept(anna, id);
  await anna.chat(id).send("One moment");
  await waitUntil("the same words again are words again", () => customer.texts(id).length === 2);
  assert.equal(customer.count(id, "agentJoined"), 3);
});
