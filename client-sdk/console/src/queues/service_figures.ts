// SPDX-License-Identifier: Apache-2.0
// How well a queue was served, from its totals, and what of it needs attention. Pure.
import type { DepartmentQueue, QueueSnapshot, QueueTotals } from "@switchboard/sdk";

/**
 * Share of the customers who were answered in time, 0 to 1: answered in time / (answered + abandoned - abandoned within that time).
 * Who left so early counts for nothing. Undefined: nobody counts yet.
 */
export function serviceLevel(totals: QueueTotals | undefined): number | undefined {
  if (!totals) return undefined;
  return share(totals.answeredInTime, totals.answered + totals.abandoned - totals.abandonedInTime);
}

/** Share of the customers who left before an answer, without those who left at once, 0 to 1. Undefined: nobody counts yet. */
export function abandonRate(totals: QueueTotals | undefined): number | undefined {
  if (!totals) return undefined;
  const abandoned = totals.abandoned - totals.abandonedShort;
  return share(abandoned, totals.answered + abandoned);
}

/** Mean wait of those who were answered, in milliseconds. Undefined: nobody was. */
export function meanAnswerMs(totals: QueueTotals | undefined): number | undefined {
  return totals && totals.answered > 0 ? Number(totals.answeredWaitMs) / totals.answered : undefined;
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : undefined;
}

/** What a supervisor should look at. */
export interface Attention {
  readonly kind: "unroutable" | "nobody" | "oldest" | "full";
  readonly department: DepartmentQueue;
  /** Conversations; with `oldest` whole minutes. */
  readonly count: number;
}

/** So long somebody may wait before that is worth an alert, unless the department's service level allows for more. */
const LONG_WAIT_S = 180;

/** What needs attention, the worst kind first; one and the same cause is told once. */
export function attentionsOf({ departments }: QueueSnapshot, nowMs: number): Attention[] {
  const found = departments.flatMap((department): Attention[] => {
    const { waiting, unroutable, agentsAvailable, oldestMs, serviceLevelS, full, pull } = department;
    const attentions: Attention[] = [];
    if (unroutable > 0) attentions.push({ kind: "unroutable", department, count: unroutable });
    else if (waiting > 0 && agentsAvailable === 0) attentions.push({ kind: "nobody", department, count: waiting });
    const waitedS = oldestMs > 0n ? (nowMs - Number(oldestMs)) / 1000 : 0;
    if (waitedS > Math.max(LONG_WAIT_S, 2 * serviceLevelS) && (pull || attentions.length === 0)) {
      attentions.push({ kind: "oldest", department, count: Math.floor(waitedS / 60) });
    }
    if (full) attentions.push({ kind: "full", department, count: waiting });
    return attentions;
  });
  const rank: readonly Attention["kind"][] = ["unroutable", "nobody", "oldest", "full"];
  return found.sort((one, other) => rank.indexOf(one.kind) - rank.indexOf(other.kind));
}

/** The departments for a screen that nobody scrolls: those that need attention, those in which somebody waits, the others. */
export function byNeed({ departments }: QueueSnapshot, attentions: readonly Attention[]): DepartmentQueue[] {
  const urgent = new Set(attentions.map(({ department }) => department.id));
  const rank = (one: DepartmentQueue) => (urgent.has(one.id) ? 0 : one.waiting + one.offered > 0 ? 1 : 2);
  return [...departments].sort((one, other) => rank(one) - rank(other));
}

/** One department over the last half hour: times, waiting customers, and the longest wait in seconds. */
export interface Trend {
  readonly ms: number[];
  readonly waiting: number[];
  readonly oldestS: number[];
}

/** The trends of all departments by id. */
export function trendsOf(history: readonly QueueSnapshot[]): Map<string, Trend> {
  const trends = new Map<string, Trend>();
  for (const { timeMs, departments } of history) {
    for (const { id, waiting, oldestMs } of departments) {
      let trend = trends.get(id);
      if (!trend) trends.set(id, (trend = { ms: [], waiting: [], oldestS: [] }));
      trend.ms.push(Number(timeMs));
      trend.waiting.push(waiting);
      trend.oldestS.push(oldestMs > 0n ? Math.max(0, Number(timeMs - oldestMs) / 1000) : 0);
    }
  }
  return trends;
}
