// SPDX-License-Identifier: Apache-2.0
import { Audience, CommandError, type Event, OfferOutcome, Role } from "@switchboard/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { countUnread, lastText, waitingSince } from "../src/chat";
import { earlierAgents, entriesOf, namesIn } from "../src/chats/log_view";

const START = new Date(2026, 2, 9, 12, 0).getTime();

type Body = NonNullable<Event["body"]>;

function event(seq: number, body: Body, sender: { role: Role; id?: string }, afterMs = seq * 1000): Event {
  return {
    seq: BigInt(seq),
    prev: BigInt(seq - 1),
    timeMs: BigInt(START + afterMs),
    eventId: BigInt(seq),
    audience: Audience.ALL,
    sender: { role: sender.role, id: sender.id ?? "", name: "" },
    clientInstance: 1n,
    number: seq,
    body,
  };
}

const customer = { role: Role.CUSTOMER };
const anna = { role: Role.AGENT, id: "anna" };
const ben = { role: Role.AGENT, id: "ben" };
const says = (text: string): Body => ({ $case: "message", value: { text } });
const notes = (text: string): Body => ({ $case: "note", value: { text } });
const joins = (id: string, name: string): Body => ({ $case: "agentJoined", value: { agent: { role: Role.AGENT, id, name } } });

function entries(log: Event[], more: Partial<Parameters<typeof entriesOf>[0]> = {}) {
  return entriesOf({ log, unsent: [], rejected: [], selfId: "anna", customerHorizons: undefined, now: START + 60_000, ...more });
}

test("messages of one person in a row are one group; notes and pauses begin another", () => {
  const log = [
    event(1, says("a"), customer),
    event(2, says("b"), customer),
    event(3, says("c"), anna),
    event(4, notes("d"), anna),
    event(5, says("e"), ben),
    event(6, says("f"), ben, 10 * 60_000),
  ];
  const groups = entries(log).filter((entry) => entry.type === "group");
  assert.deepEqual(
    groups.map(({ side, kind, lines }) => [side, kind, lines.map(({ text }) => text).join("")]),
    [
      ["customer", "message", "ab"],
      ["own", "message", "c"],
      ["own", "note", "d"],
      ["colleague", "message", "e"],
      ["colleague", "message", "f"],
    ],
  );
});

test("each day is announced once, and parts groups", () => {
  const log = [
    event(1, says("a"), customer),
    event(2, says("b"), customer, 24 * 3_600_000),
    event(3, says("c"), customer, 24 * 3_600_000 + 1),
  ];
  assert.deepEqual(
    entries(log).map(({ type }) => type),
    ["day", "group", "day", "group"],
  );
});

test("receipts follow the customer's horizons; what is on its way comes last", () => {
  const log = [event(1, says("a"), anna), event(2, says("b"), anna), event(3, says("c"), anna)];
  const refused = {
    id: 7,
    kind: "message" as const,
    text: "e",
    error: new CommandError({ code: 10, message: "", temporary: false, retryAfterMs: 0, expectedNumber: 0 }),
  };
  const [, group] = entries(log, {
    customerHorizons: { deliveredSeq: 2n, readSeq: 1n },
    unsent: [{ kind: "message", text: "d", number: 4 }],
    rejected: [refused],
  });
  assert.ok(group?.type === "group");
  assert.deepEqual(
    group.lines.map(({ receipt }) => receipt),
    ["read", "delivered", "sent", "unsent", undefined],
  );
  assert.equal(group.lines.at(-1)?.rejected, refused);
});

test("an offer is told where it can be asked why", () => {
  const record = { best: [], strategy: "longest_idle", step: 0, preferred: 0, configVersion: 1n, routerEpoch: 1n, waitedMs: 0n };
  const made: Body = { $case: "offerMade", value: { offerId: "o", agentId: "ben", record, deadlineMs: 0n } };
  assert.deepEqual(
    entries([event(1, made, { role: Role.SYSTEM })]).map(({ type }) => type),
    ["day", "happening"],
  );
});

test("of offers only what did not lead to an answer is told", () => {
  const ended = (outcome: OfferOutcome): Body => ({ $case: "offerEnded", value: { offerId: "o", agentId: "ben", outcome, reason: "" } });
  const made: Body = { $case: "offerMade", value: { offerId: "o", agentId: "ben", record: undefined, deadlineMs: 0n } };
  const system = { role: Role.SYSTEM };
  const log = [
    event(1, made, system),
    event(2, ended(OfferOutcome.DECLINED), system),
    event(3, made, system),
    event(4, ended(OfferOutcome.ACCEPTED), system),
  ];
  assert.deepEqual(
    entries(log).map(({ key }) => key),
    ["day-" + new Date(START).toDateString(), "2"],
  );
});

test("names and earlier agents come from the log", () => {
  const log = [event(1, joins("ben", "Ben"), ben), event(2, joins("anna", "Anna"), anna), event(3, joins("ben", "Ben"), ben)];
  assert.equal(namesIn(log).get("ben"), "Ben");
  assert.deepEqual(earlierAgents(log, "anna"), ["ben"]);
});

test("unread, waiting and last text are read from the end of the log", () => {
  const log = [event(1, says("a"), customer), event(2, says("b"), anna), event(3, says("c"), customer), event(4, notes("d"), anna)];
  assert.equal(countUnread(log, 0n), 2);
  assert.equal(countUnread(log, 3n), 0);
  assert.equal(waitingSince(log), START + 3000); // a note is no answer
  assert.deepEqual(lastText(log), { text: "d", ms: START + 4000, kind: "note", role: Role.AGENT, senderId: "anna" });
  assert.equal(waitingSince(log.slice(0, 2)), undefined);
  assert.equal(lastText([]), undefined);
});

test("a log of ten thousand events is cheap to draw from its end", () => {
  const log = Array.from({ length: 10_000 }, (_, at) => event(at + 1, says("text"), at % 3 ? customer : anna));
  const before = performance.now();
  entries(log.slice(-120));
  countUnread(log, 9_990n);
  assert.ok(performance.now() - before < 50);
});
