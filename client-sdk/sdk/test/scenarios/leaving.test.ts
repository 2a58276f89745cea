// SPDX-License-Identifier: Apache-2.0
// Scenarios 5: people who go away. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { LeaveReason } from "../../src/gen/test/switchboard/v1/event";
import { AgentState } from "../../src/gen/test/switchboard/v1/model";
import { inBothEncodings, staysTrue, waitUntil } from "./stage";

inBothEncodings("abandoned", async (stage) => {
  const customer = await stage.customer();
  const id = await stage.begin(customer, "express", "quick", "hello?");
  await waitUntil("place 1", () => customer.position(id) === 1);
  const { visitorToken } = customer.client;
  customer.vanish();
  const watcher = await stage.customer();
  const other = await stage.begin(watcher, "express", "quick");
  await waitUntil("who came after him moves up", () => watcher.position(other) === 1);
  const emma = await stage.agent("emma");
  await waitUntil("an offer", () => emma.offers.length > 0);
  assert.equal(emma.offers[0]?.conversation?.id, other);
  const returned = await stage.customer({ visitorToken });
  assert.deepEqual(returned.welcomes[0]?.conversations, []);
  assert.equal(returned.client.conversation, undefined);
});

inBothEncodings("returns_before_abandonment", async (stage) => {
  const [first, second] = [await stage.customer(), await stage.customer()];
  const one = await stage.begin(first, "billing", "invoice");
  await waitUntil("place 1", () => first.position(one) === 1);
  const two = await stage.begin(second, "billing", "invoice");
  await waitUntil("place 2", () => second.position(two) === 2);
  const told: number[] = [];
  first.chat(one).on("position", ({ position }) => told.push(position));
  first.wire.cut();
  await waitUntil("he is back", () => first.welcomes.length === 2);
  await waitUntil("at his place", () => told.at(-1) === 1);
  assert.equal(second.position(two), 2);
  // Ben has room for one: whom he is offered is who came first.
  const ben = await stage.agent("ben");
  await waitUntil("an offer", () => ben.offers.length > 0);
  assert.equal(ben.offers[0]?.conversation?.id, one);
});

inBothEncodings("vanished_agent_offers", async (stage) => {
  // In billing an offer lasts 20 s, so only the disappearance can explain a quick second one.
  const [anna, dave] = [await stage.agent("anna"), await stage.agent("dave")];
  const id = await stage.begin(await stage.customer(), "billing", "invoice");
  await waitUntil("somebody is asked", () => Boolean(anna.offerOf(id) ?? dave.offerOf(id)));
  const [gone, next] = anna.offerOf(id) ? [anna, dave] : [dave, anna];
  gone.vanish();
  await waitUntil("the other one is asked", () => next.offerOf(id) !== undefined, 8000);
});

inBothEncodings("vanished_agent_chats", async (stage) => {
  const emma = await stage.agent("emma");
  const { customer, id } = await stage.talk(undefined, emma, "express", "quick");
  const queued = emma.offers[0]?.conversation?.queuedMs;
  await customer.chat(id).send("do not go");
  await waitUntil("emma has it", () => emma.texts(id).length === 1);
  emma.vanish();
  await waitUntil("the customer is told", () => customer.count(id, "agentLeft") === 1);
  const left = customer.stream(id).find(({ body }) => body?.$case === "agentLeft")?.body;
  assert.equal(left?.$case === "agentLeft" && left.value.reason, LeaveReason.DISCONNECTED);
  assert.equal(customer.chat(id).info.agent, undefined);
  const finn = await stage.agent("finn");
  await waitUntil("finn is asked", () => finn.offerOf(id) !== undefined);
  assert.equal(finn.offerOf(id)?.conversation?.queuedMs, queued);
  await stage.accept(finn, id);
  await waitUntil("finn has the whole log", () => finn.texts(id).length === 1);
  assert.equal(finn.stream(id)[0]?.seq, 1n);
  const returned = await stage.agent("emma", false);
  assert.deepEqual(returned.welcomes[0]?.conversations, []);
});

inBothEncodings("away_after_misses", async (stage) => {
  const emma = await stage.agent("emma");
  const id = await stage.begin(await stage.customer(), "express", "quick");
  await waitUntil("three offers", () => emma.offersOf(id).length === 3, 30_000);
  await waitUntil("she is away", () => emma.client.status?.state === AgentState.AWAY);
  await staysTrue("no further offer", () => emma.offersOf(id).length === 3, 1500);
});
