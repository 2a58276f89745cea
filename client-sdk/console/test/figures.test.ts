// SPDX-License-Identifier: Apache-2.0
import type { QueueSnapshot } from "@switchboard/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { HISTORY_MS, seriesOf, sorted, totalsOf, withPoint } from "../src/queues/figures";
import { row, snapshot } from "./queue_rows";

test("totals add the queues up, and count agents once", () => {
  const totals = totalsOf(
    snapshot(0, row("a", { waiting: 2, oldestMs: 50n, agentsAvailable: 2 }), row("b", { waiting: 1, oldestMs: 20n, agentsAvailable: 2 })),
  );
  assert.deepEqual(totals, { waiting: 3, offered: 0, active: 0, wrapUp: 0, oldestMs: 20, available: 2, away: 1 });
  assert.equal(totalsOf(snapshot(0, row("a"))).oldestMs, undefined);
});

test("sorting is stable, and the longest wait is the oldest arrival", () => {
  const rows = [
    row("a", { waiting: 1, oldestMs: 30n }),
    row("b"),
    row("c", { waiting: 4, oldestMs: 10n }),
    row("d", { waiting: 1, oldestMs: 20n }),
  ];
  const ids = (sorting: Parameters<typeof sorted>[1]) =>
    sorted(rows, sorting)
      .map(({ id }) => id)
      .join("");
  assert.equal(ids(undefined), "abcd");
  assert.equal(ids({ column: "waiting", descending: true }), "cadb");
  assert.equal(ids({ column: "waiting", descending: false }), "badc");
  assert.equal(ids({ column: "oldest", descending: true }), "cdab");
  assert.equal(ids({ column: "name", descending: true }), "dcba");
});

test("the history keeps half an hour, a point each 15 s, and always the newest", () => {
  let history: QueueSnapshot[] = [];
  for (let second = 0; second <= 3600; ++second) history = withPoint(history, snapshot(second * 1000));
  assert.equal(history.at(-1)?.timeMs, 3_600_000n);
  assert.ok(Number(history[0]?.timeMs) >= 3_600_000 - HISTORY_MS);
  assert.ok(history.length >= 110 && history.length <= 122, String(history.length));
});

test("a snapshot that is older than what is there does not go back in time", () => {
  const history = withPoint(withPoint([], snapshot(1000)), snapshot(50_000));
  assert.deepEqual(
    withPoint(history, snapshot(50_000)).map(({ timeMs }) => timeMs),
    [1000n, 50_000n],
  );
});

test("series are of all departments or of one; an unknown one leaves a gap", () => {
  const history = [
    snapshot(0, row("a", { waiting: 1 })),
    snapshot(15_000, row("a", { waiting: 2 }), row("b", { waiting: 5, agentsAvailable: 1 })),
  ];
  assert.deepEqual(seriesOf(history, undefined), [
    [0, 15],
    [1, 7],
    [2, 2],
  ]);
  assert.deepEqual(seriesOf(history, "b"), [
    [0, 15],
    [null, 5],
    [null, 1],
  ]);
});
