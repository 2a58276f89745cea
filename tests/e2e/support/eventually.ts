// SPDX-License-Identifier: Apache-2.0
// Waiting for what must become true. Tests never sleep; the deadline is long because machines are sometimes busy.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** How long anything may take before the test has failed. */
export const DEADLINE_MS = 30_000;

const POLL_MS = 80;

/** The first value of `probe` that holds. What the probe throws counts as "not yet" and is told when time is up. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  holds: (value: T) => boolean = Boolean,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (holds(value)) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await pause(POLL_MS);
  } while (Date.now() < end);
  const seen = last instanceof Error ? last.message : JSON.stringify(last);
  throw new Error(`not within ${deadlineMs} ms: ${what}; last seen: ${seen}`);
}

/** Waits until `probe` gives the expected value; the failure shows the difference. */
export async function becomes<T>(what: string, probe: () => T | Promise<T>, expected: T, deadlineMs = DEADLINE_MS): Promise<void> {
  const wanted = JSON.stringify(expected);
  let last: T | undefined;
  const look = async () => JSON.stringify((last = await probe())) === wanted;
  try {
    await eventually(what, look, Boolean, deadlineMs);
  } catch (error) {
    if (last === undefined) throw error;
    assert.deepEqual(last, expected, what);
  }
}

/** Waits for real time to pass: only for what a test is about by its duration, such as an outage of ten seconds. */
export async function lasting(ms: number): Promise<void> {
  await pause(ms);
}
