// SPDX-License-Identifier: Apache-2.0
// Waiting for what must become true, or must stay true.

const LOOK_AGAIN_MS = 10;

type Condition = () => boolean | Promise<boolean>;

function pause(): Promise<void> {
  return new Promise((again) => setTimeout(again, LOOK_AGAIN_MS));
}

/** Resolves when the condition holds; rejects when it does not within the deadline. */
export async function waitUntil(what: string, condition: Condition, milliseconds = 15_000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause();
  }
}

/** Rejects when the condition does not hold all the time. */
export async function staysTrue(what: string, condition: Condition, milliseconds = 400): Promise<void> {
  const end = performance.now() + milliseconds;
  do {
    if (!(await condition())) throw new Error(`did not stay: ${what}`);
    await pause();
  } while (performance.now() < end);
}
