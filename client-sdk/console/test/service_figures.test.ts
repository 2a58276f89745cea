// SPDX-License-Identifier: Apache-2.0
import type { DepartmentQueue, QueueSnapshot, QueueTotals } from "@switchboard/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { viewFor } from "../src/queues/departments_view";
import { withPoint } from "../src/queues/figures";
import { abandonRate, attentionsOf, byNeed, meanAnswerMs, serviceLevel, trendsOf } from "../src/queues/service_figures";
import { sparkPath } from "../src/queues/sparkline";
import { durationText, estimateText, percentText } from "../src/queues/words";
import { row, snapshot } from "./queue_rows";

function totals(more: Partial<QueueTotals>): QueueTotals {
  return {
    offered: 0,
    answered: 0,
    abandoned: 0,
    abandonedShort: 0,
    answeredInTime: 0,
    abandonedInTime: 0,
    overflowed: 0,
    turnedAway: 0,
    answeredWaitMs: 0n,
    longestWaitMs: 0n,
    estimated: 0,
    estimatedInP90: 0,
    ...more,
  };
}

test("the service level leaves out who left within its time", () => {
  assert.equal(serviceLevel(totals({ answered: 8, answeredInTime: 6, abandoned: 4, abandonedInTime: 2 })), 0.6);
  assert.equal(serviceLevel(totals({ abandoned: 3, abandonedInTime: 3 })), undefined, "nobody counts");
  assert.equal(serviceLevel(undefined), undefined);
});

test("who left at once has not abandoned, and only who was answered has an answer time", () => {
  assert.equal(abandonRate(totals({ answered: 9, abandoned: 3, abandonedShort: 2 })), 0.1);
  assert.equal(abandonRate(totals({ abandoned: 2, abandonedShort: 2 })), undefined);
  assert.equal(meanAnswerMs(totals({ answered: 4, answeredWaitMs: 10_000n })), 2500);
  assert.equal(meanAnswerMs(totals({ abandoned: 4 })), undefined);
});

test("figures in words, and a dash where there is none", () => {
  assert.equal(percentText(0.824), "82%");
  assert.equal(durationText(42_000), "0:42");
  assert.deepEqual([percentText(undefined), durationText(undefined), estimateText(undefined)], ["–", "–", "–"]);
  assert.equal(estimateText({ p50S: 20, p90S: 55 }), "< 1 min");
  assert.equal(estimateText({ p50S: 130, p90S: 290 }), "2–5 min");
  assert.equal(estimateText({ p50S: 290, p90S: 299 }), "5 min");
});

const kinds = (one: QueueSnapshot, now: number) =>
  attentionsOf(one, now).map(({ kind, department, count }) => `${kind} ${department.id} ${count}`);

test("each cause is told once, the worst kind first", () => {
  const now = 1_000_000;
  const at = (seconds: number) => BigInt(now - seconds * 1000);
  const board = snapshot(
    now,
    row("calm", { waiting: 2, agentsAvailable: 1, oldestMs: at(60) }),
    row("slow", { waiting: 2, agentsAvailable: 1, oldestMs: at(260) }),
    row("alone", { waiting: 3, oldestMs: at(600) }),
    row("stuck", { waiting: 5, unroutable: 4, oldestMs: at(900), full: true }),
    row("patient", { waiting: 1, agentsAvailable: 1, oldestMs: at(260), serviceLevelS: 300 }),
  );
  assert.deepEqual(kinds(board, now), ["unroutable stuck 4", "nobody alone 3", "oldest slow 4", "full stuck 5"]);
  assert.deepEqual(kinds(snapshot(now, row("a")), now), []);
});

test("on the wall those come first that need attention, then those in which somebody waits", () => {
  const board = snapshot(0, row("calm"), row("offered", { offered: 1, agentsAvailable: 1 }), row("alone", { waiting: 1 }), row("idle"));
  assert.deepEqual(
    byNeed(board, attentionsOf(board, 0)).map(({ id }) => id),
    ["alone", "offered", "calm", "idle"],
  );
});

test("where agents pick, a long wait is told whoever is there", () => {
  const now = 1_000_000;
  const board = snapshot(now, row("pull", { waiting: 1, pull: true, oldestMs: 700_000n }));
  assert.deepEqual(kinds(board, now), ["nobody pull 1", "oldest pull 5"]);
});

test("trends are of each department, and an empty queue has no longest wait", () => {
  const trends = trendsOf([snapshot(60_000, row("a", { waiting: 1, oldestMs: 30_000n })), snapshot(75_000, row("a"), row("b"))]);
  assert.deepEqual(trends.get("a"), { ms: [60_000, 75_000], waiting: [1, 0], oldestS: [30, 0] });
  assert.deepEqual(trends.get("b")?.ms, [75_000]);
});

test("a curve ends at the right edge, its top at the top, and one point is no curve", () => {
  assert.equal(sparkPath([1000], [5], 1), undefined);
  assert.equal(sparkPath([0, 1000], [0, 0], 1), undefined, "nothing to see");
  const path = sparkPath([0, 900_000, 1_800_000], [0, 8, 4], 4);
  assert.equal(path?.stroke, "M0.0 27.0L60.0 2.0L120.0 14.5");
});

test("many departments are a table unless cards are wanted", () => {
  assert.equal(viewFor(undefined, 12), "cards");
  assert.equal(viewFor(undefined, 13), "table");
  assert.equal(viewFor("cards", 100), "cards");
});

test("the history does not keep who waited then", () => {
  const first: DepartmentQueue["first"] = [{ conversationId: "c1", sinceMs: 1n, urgent: false, step: 0, offered: false }];
  assert.deepEqual(
    withPoint([], snapshot(1000, row("a", { waiting: 1, first }))).map(({ departments }) => departments),
    [[row("a", { waiting: 1 })]],
  );
});
