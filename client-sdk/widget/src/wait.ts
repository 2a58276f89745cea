// SPDX-License-Identifier: Apache-2.0
// How long it may still take, as people say it: in steps, and without jumping about. Pure.
import type { WaitEstimate } from "@switchboard/sdk";
import type { TextKey } from "./texts";

/** Whole minutes; `low` 0: perhaps less than a minute. */
export interface WaitRange {
  readonly low: number;
  readonly high: number;
}

const STEPS = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240];
/** So much an estimate may leave the range that is shown before another one is shown. */
const SLACK = 1.15;

/** The range to show for an estimate: the one shown before as long as it is about true, otherwise the closest steps around it. */
export function waitRange({ p50S, p90S }: WaitEstimate, shown?: WaitRange): WaitRange {
  const [half, most] = [p50S / 60, Math.max(p50S, p90S) / 60];
  const high = STEPS.find((step) => step > 0 && step >= most) ?? Math.ceil(most / 60) * 60;
  const low = Math.max(...STEPS.filter((step) => step <= half));
  if (shown && half * SLACK >= shown.low && most <= shown.high * SLACK && high * 2 > shown.high) return shown;
  return { low: Math.min(low, high), high };
}

/** The range in words; `count` is its end. */
export function waitText({ low, high }: WaitRange): { key: TextKey; params: Record<string, number> } {
  if (high <= 1 && low === 0) return { key: "queue.waitMoment", params: {} };
  if (low === 0) return { key: "queue.waitUpTo", params: { count: high } };
  return low === high ? { key: "queue.waitAbout", params: { count: high } } : { key: "queue.waitRange", params: { low, count: high } };
}
