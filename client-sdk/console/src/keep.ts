// SPDX-License-Identifier: Apache-2.0
// What the page remembers in the browser. Where storage is blocked it is forgotten with the page, and nothing else changes.

function store(of: "localStorage" | "sessionStorage"): Storage | undefined {
  try {
    return globalThis[of];
  } catch {
    return undefined;
  }
}

/** Reads what was kept; undefined when there is nothing. */
export function recall(of: "localStorage" | "sessionStorage", key: string): string | undefined {
  try {
    return store(of)?.getItem(`switchboard:${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text; an empty one is forgotten. */
export function keep(of: "localStorage" | "sessionStorage", key: string, value: string): void {
  try {
    if (value) store(of)?.setItem(`switchboard:${key}`, value);
    else store(of)?.removeItem(`switchboard:${key}`);
  } catch {
    // Full or blocked: what is kept here is a convenience.
  }
}
