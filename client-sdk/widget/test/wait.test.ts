// SPDX-License-Identifier: Apache-2.0
import type { DepartmentInfo } from "@switchboard/sdk";
import { createI18n } from "@switchboard/ui/i18n";
import assert from "node:assert/strict";
import { test } from "node:test";
import { presenceOf } from "../src/parts/availability";
import { opensAt } from "../src/parts/opening";
import { catalogues } from "../src/texts";
import { type WaitRange, waitRange, waitText } from "../src/wait";

const range = (p50S: number, p90S: number, shown?: WaitRange) => waitRange({ p50S, p90S }, shown);
const { t } = createI18n(catalogues, ["en"]);
const words = (p50S: number, p90S: number) => {
  const { key, params } = waitText(range(p50S, p90S));
  return t(key, params);
};

test("an estimate is told in steps that people use", () => {
  assert.equal(words(5, 40), "Usually less than a minute.");
  assert.equal(words(30, 200), "Usually up to 4 minutes.");
  assert.equal(words(125, 290), "Usually 2 to 5 minutes.");
  assert.equal(words(60, 60), "Usually about 1 minute.");
  assert.equal(words(660, 1300), "Usually 10 to 30 minutes.");
  assert.equal(words(20_000, 30_000), "Usually 240 to 540 minutes.");
});

test("what is shown stays while it is about true", () => {
  const shown = range(125, 290);
  assert.deepEqual(shown, { low: 2, high: 5 });
  for (const [p50, p90] of [[110, 290], [140, 330], [125, 180]] as const) assert.equal(range(p50, p90, shown), shown, `${p50} ${p90}`);
  assert.deepEqual(range(125, 400, shown), { low: 2, high: 7 }, "longer than said");
  assert.deepEqual(range(50, 110, shown), { low: 0, high: 2 }, "much shorter than said");
});

test("a range never ends before it begins", () => {
  assert.deepEqual(range(300, 60), { low: 5, high: 5 });
  assert.deepEqual(range(0, 0), { low: 0, high: 1 });
});

function department(more: Partial<DepartmentInfo>): DepartmentInfo {
  const none = { topics: [], dispositions: [], dispositionRequired: false, skills: [], pull: false };
  return { id: "a", name: "A", open: true, staffed: true, full: false, opensMs: 0n, ...none, ...more };
}

test("a department that is full takes nothing, whoever is there", () => {
  assert.equal(presenceOf(department({ full: true })), "full");
  assert.equal(presenceOf(department({ full: true, open: false })), "closed");
  assert.equal(presenceOf(department({ staffed: false })), "unstaffed");
});

test("the first opening that is still to come is told, and none while somebody takes questions", () => {
  const closed = (opensMs: bigint) => department({ open: false, opensMs });
  assert.equal(opensAt([closed(3000n), closed(2000n), closed(500n), closed(0n)], 1000), 2000);
  assert.equal(opensAt([closed(0n)], 1000), undefined);
  assert.equal(opensAt([closed(3000n), department({})], 1000), undefined);
});
