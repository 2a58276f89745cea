// SPDX-License-Identifier: Apache-2.0
import type { TestContext } from "node:test";

/** Replaces setTimeout until the test ends; what it returns lets so many milliseconds pass. Works alike in every Node from 18 on. */
export function fakeTimeouts(context: TestContext): (milliseconds: number) => void {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const due = new Map<number, { at: number; callback: () => void }>();
  let now = 0;
  let last = 0;
  const set = (callback: () => void, milliseconds = 0) => {
    due.set(++last, { at: now + milliseconds, callback });
    return last;
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: (handle: number) => due.delete(handle) });
  context.after(() => Object.assign(globalThis, real));
  return (milliseconds) => {
    now += milliseconds;
    for (const [handle, { at, callback }] of [...due].sort(([, a], [, b]) => a.at - b.at)) {
      if (at <= now && due.delete(handle)) callback();
    }
  };
}
