// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogTracker } from "../../src/log_tracker";
import { textEvent } from "./fakes";

const seqs = (tracker: LogTracker, ...events: Parameters<typeof textEvent>[]) =>
  events.flatMap((args) => tracker.accept(textEvent(...args)).map((event) => Number(event.seq)));

test("events in order are handed on at once, repeated ones never again", () => {
  const tracker = new LogTracker("staff");
  assert.deepEqual(seqs(tracker, [1], [2], [2], [1], [3]), [1, 2, 3]);
  assert.deepEqual(tracker.last, { seq: 3n, eventId: 1003n });
});

test("a hole holds everything back until it is filled", () => {
  const tracker = new LogTracker("staff");
  assert.deepEqual(seqs(tracker, [1], [4], [3]), [1]);
  assert.equal(tracker.hasHole, true);
  assert.deepEqual(seqs(tracker, [2]), [2, 3, 4]);
  assert.equal(tracker.hasHole, false);
});

test("what staff wrote among themselves is no hole to a customer", () => {
  const customer = new LogTracker("customer");
  assert.deepEqual(seqs(customer, [1], [3, "after a note", 1]), [1, 3]);
  assert.equal(customer.hasHole, false);
  const staff = new LogTracker("staff");
  assert.deepEqual(seqs(staff, [1], [3, "after a note", 1]), [1]);
  assert.equal(staff.hasHole, true);
});

test("a customer's hole is found by prev", () => {
  const tracker = new LogTracker("customer");
  assert.deepEqual(seqs(tracker, [1], [6, "x", 4]), [1]);
  assert.equal(tracker.hasHole, true);
  assert.deepEqual(seqs(tracker, [4, "y", 1]), [4, 6]);
});

test("after a reset the log begins anew", () => {
  const tracker = new LogTracker("staff");
  seqs(tracker, [1], [2], [5]);
  tracker.reset();
  assert.equal(tracker.hasHole, false);
  assert.deepEqual(seqs(tracker, [1], [2]), [1, 2]);
});

test("any order and any repetition gives the log, once, in order", () => {
  for (let seed = 1; seed <= 200; ++seed) {
    let state = seed;
    const random = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
    const arrivals = Array.from({ length: 60 }, () => 1 + Math.floor(random() * 20));
    const tracker = new LogTracker(seed % 2 ? "staff" : "customer");
    const handedOn = [...arrivals, ...Array.from({ length: 20 }, (_, index) => index + 1)].flatMap((seq) => seqs(tracker, [seq]));
    assert.deepEqual(handedOn, Array.from({ length: 20 }, (_, index) => index + 1), `seed ${seed}`);
  }
});
