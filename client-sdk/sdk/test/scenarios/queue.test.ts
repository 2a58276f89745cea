// SPDX-License-Identifier: Apache-2.0
// Scenarios 1: queue and offers. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/codes";
import { AcceptOffer } from "../../src/gen/test/switchboard/v1/client";
import { OfferOutcome } from "../../src/gen/test/switchboard/v1/event";
import { AgentState, ClosedReason } from "../../src/gen/test/switchboard/v1/model";
import { inBothEncodings, refusalOf, staysTrue, waitUntil } from "./stage";

inBothEncodings("queue_position", async (stage) => {
  const [first, second, third] = [await stage.customer(), await stage.customer(), await stage.customer()];
  const one = await stage.begin(first, "billing", "invoice");
  await waitUntil("place 1", () => first.position(one) === 1);
  const two = await stage.begin(second, "billing", "invoice");
  await waitUntil("place 2", () => second.position(two) === 2);
  const three = await stage.begin(third, "billing", "invoice");
  await waitUntil("place 3", () => third.position(three) === 3);
  await first.chat(one).leaveQueue();
  await waitUntil("the others move up", () => second.position(two) === 1 && third.position(three) === 2);
  await waitUntil("the end", () => first.chat(one).ended);
  assert.equal(first.chat(one).info.closedReason, ClosedReason.ABANDONED);
});

inBothEncodings("offer_only_to_eligible", async (stage) => {
  const others = [await stage.agent("ben"), await stage.agent("carla"), await stage.agent("sue")];
  const customer = await stage.customer();
  const id = await stage.begin(customer, "billing", "refund", "Where is my money?");
  await waitUntil("place 1", () => customer.position(id) === 1);
  await staysTrue("nobody is asked", () => others.every(({ offers }) => offers.length === 0));
  const anna = await stage.agent("anna");
  await waitUntil("anna is asked", () => anna.offerOf(id) !== undefined);
  const offer = anna.offerOf(id)!;
  assert.equal(offer.conversation?.department, "billing");
  assert.equal(offer.conversation?.topic, "refund");
  assert.equal(offer.preview, "Where is my money?");
  await staysTrue("nobody else is asked", () => others.every(({ offers }) => offers.length === 0));
});

inBothEncodings("decline_keeps_place", async (stage) => {
  const [anna, dave] = [await stage.agent("anna"), await stage.agent("dave")];
  const one = await stage.begin(await stage.customer(), "billing", "refund");
  await waitUntil("somebody is asked", () => Boolean(anna.offerOf(one) ?? dave.offerOf(one)));
  const [asked, other] = anna.offerOf(one) ? [anna, dave] : [dave, anna];
  const offer = asked.offerOf(one)!;
  const two = await stage.begin(await stage.customer(), "billing", "refund");
  await waitUntil("the second one is offered", () => Boolean(anna.offerOf(two) ?? dave.offerOf(two)));
  await asked.client.decline(offer, "busy");
  await waitUntil("the other agent is asked", () => other.offerOf(one) !== undefined);
  assert.equal(other.offerOf(one)?.conversation?.startedMs, offer.conversation?.startedMs);
  assert.equal(other.offerOf(one)?.conversation?.queuedMs, offer.conversation?.queuedMs);
  await staysTrue("the one who declined is not asked again", () => asked.offersOf(one).length === 1);
});

inBothEncodings("timeout_goes_to_next", async (stage) => {
  const [emma, finn] = [await stage.agent("emma"), await stage.agent("finn")];
  const customer = await stage.customer();
  const id = await stage.begin(customer, "express", "quick");
  await waitUntil("somebody is asked", () => Boolean(emma.offerOf(id) ?? finn.offerOf(id)));
  const [silent, next] = emma.offerOf(id) ? [emma, finn] : [finn, emma];
  const queued = silent.offerOf(id)!.conversation!.queuedMs;
  await waitUntil("the offer is over", () => silent.wasWithdrawn(id, OfferOutcome.TIMED_OUT));
  await waitUntil("the next one is asked", () => next.offerOf(id) !== undefined);
  assert.equal(next.offerOf(id)?.conversation?.queuedMs, queued);
  await stage.accept(next, id);
  await waitUntil("the customer sees him", () => customer.count(id, "agentJoined") === 1);
  assert.equal(customer.chat(id).info.agent?.id, next.client.welcome?.self?.id);
});

inBothEncodings("kept_place_after_timeout", async (stage) => {
  // Finn is signed in already: emma may be asked again a second later.
  const [emma, finn] = [await stage.agent("emma"), await stage.agent("finn", false)];
  const [first, second] = [await stage.customer(), await stage.customer()];
  const one = await stage.begin(first, "express", "quick");
  await waitUntil("emma is asked", () => emma.offerOf(one) !== undefined);
  const two = await stage.begin(second, "express", "quick");
  await waitUntil("the offer is over", () => emma.wasWithdrawn(one, OfferOutcome.TIMED_OUT));
  await finn.client.available();
  await waitUntil("finn is asked", () => finn.offers.length > 0);
  assert.equal(finn.offers[0]?.conversation?.id, one);
  await waitUntil("the places are as before", () => first.position(one) === 1 && second.position(two) === 2);
});

inBothEncodings("capacity", async (stage) => {
  const ben = await stage.agent("ben");
  const talk = await stage.talk(undefined, ben);
  const second = await stage.customer();
  const two = await stage.begin(second, "billing", "invoice");
  await waitUntil("place 1", () => second.position(two) === 1);
  await staysTrue("ben has no room", () => ben.offerOf(two) === undefined);
  await ben.chat(talk.id).close({ disposition: "solved" });
  await waitUntil("now he has", () => ben.offerOf(two) !== undefined);
});

inBothEncodings("away_gets_no_offer", async (stage) => {
  const anna = await stage.agent("anna");
  await anna.client.away("lunch");
  await waitUntil("she is told", () => anna.client.status?.state === AgentState.AWAY);
  assert.equal(anna.client.status?.reason, "lunch");
  const customer = await stage.customer();
  const id = await stage.begin(customer, "billing", "refund");
  await waitUntil("place 1", () => customer.position(id) === 1);
  await staysTrue("no offer", () => anna.offers.length === 0);
  await anna.client.available();
  await waitUntil("an offer", () => anna.offerOf(id) !== undefined);
});

inBothEncodings("leave_queue_withdraws_offer", async (stage) => {
  const anna = await stage.agent("anna");
  const customer = await stage.customer();
  const id = await stage.begin(customer, "billing", "invoice");
  await waitUntil("an offer", () => anna.offerOf(id) !== undefined);
  await customer.chat(id).leaveQueue();
  await waitUntil("it is withdrawn", () => anna.wasWithdrawn(id, OfferOutcome.WITHDRAWN));
  const value = AcceptOffer.create({ offerId: anna.offerOf(id)!.id, conversationId: id });
  const refusals: ErrorCode[] = [ErrorCode.ILLEGAL_STATE, ErrorCode.NOT_FOUND];
  assert.ok(refusals.includes(await refusalOf(anna, { $case: "acceptOffer", value })));
  await waitUntil("the end", () => customer.chat(id).ended);
  assert.equal(customer.chat(id).info.closedReason, ClosedReason.ABANDONED);
});
