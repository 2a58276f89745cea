// SPDX-License-Identifier: Apache-2.0
// Snapshots of the queues as rows, sums and curves. Pure.
import type { DepartmentQueue, QueueSnapshot } from "@switchboard/sdk";
import { abandonRate, meanAnswerMs, serviceLevel } from "./service_figures";

/** How far the history reaches back. */
export const HISTORY_MS = 30 * 60_000;
const POINT_MS = 15_000;

/** The history with the snapshot at its end: half an hour, thinned out to a point each 15 s. */
export function withPoint(history: readonly QueueSnapshot[], snapshot: QueueSnapshot): QueueSnapshot[] {
  const kept = history.filter(({ timeMs }) => timeMs < snapshot.timeMs && Number(snapshot.timeMs - timeMs) <= HISTORY_MS);
  // The last point moves with the present until it is far enough from the one before it.
  const [before, last] = kept.slice(-2);
  if (before && last && Number(last.timeMs - before.timeMs) < POINT_MS) kept.pop();
  // Who waited then is of no interest any more, and would be most of it.
  return [...kept, { ...snapshot, departments: snapshot.departments.map((row) => ({ ...row, first: [] })) }];
}

/** The columns that the table can be sorted by. */
export type Column =
  | ("name" | "waiting" | "oldest" | "offered" | "active" | "wrapUp" | "available" | "away" | "full" | "offline" | "free")
  | ("serviceLevel" | "answerTime" | "abandoned" | "estimate");

/** How a table is sorted; without, the order is the configuration's. */
export interface Sorting {
  column: Column;
  descending: boolean;
}

const VALUES: Record<Exclude<Column, "name">, (row: DepartmentQueue) => number> = {
  waiting: (row) => row.waiting,
  // The longest wait has the smallest time; nobody waiting is no wait at all.
  oldest: (row) => (row.oldestMs > 0n ? -Number(row.oldestMs) : -Infinity),
  offered: (row) => row.offered,
  active: (row) => row.active,
  wrapUp: (row) => row.wrapUp,
  available: (row) => row.agentsAvailable,
  away: (row) => row.agentsAway,
  full: (row) => row.agentsFull,
  offline: (row) => row.agentsOffline,
  free: (row) => row.freeSlots,
  serviceLevel: (row) => serviceLevel(row.recent) ?? -1,
  answerTime: (row) => meanAnswerMs(row.recent) ?? -1,
  abandoned: (row) => abandonRate(row.recent) ?? -1,
  estimate: (row) => row.estimate?.p50S ?? -1,
};

/** The rows in the wanted order; equal ones stay as they are. */
export function sorted(rows: readonly DepartmentQueue[], sorting: Sorting | undefined): DepartmentQueue[] {
  if (!sorting) return [...rows];
  const { column, descending } = sorting;
  const direction = descending ? -1 : 1;
  if (column === "name") return [...rows].sort((one, other) => direction * one.name.localeCompare(other.name));
  const value = VALUES[column];
  return [...rows].sort((one, other) => {
    const [left, right] = [value(one), value(other)];
    return left === right ? 0 : left < right ? -direction : direction;
  });
}

/** The sums on top of the page. */
export interface Totals {
  waiting: number;
  offered: number;
  active: number;
  wrapUp: number;
  /** When the longest-waiting arrived; undefined: nobody waits. */
  oldestMs: number | undefined;
  available: number;
  away: number;
}

/** Sums over all departments; agents count once. */
export function totalsOf({ departments, agentsAvailable, agentsAway }: QueueSnapshot): Totals {
  const sum = (value: (row: DepartmentQueue) => number) => departments.reduce((total, row) => total + value(row), 0);
  const oldest = departments.filter(({ oldestMs }) => oldestMs > 0n).map(({ oldestMs }) => Number(oldestMs));
  return {
    waiting: sum((row) => row.waiting),
    offered: sum((row) => row.offered),
    active: sum((row) => row.active),
    wrapUp: sum((row) => row.wrapUp),
    oldestMs: oldest.length > 0 ? Math.min(...oldest) : undefined,
    available: agentsAvailable,
    away: agentsAway,
  };
}

/** Times in seconds, then waiting and available: as the chart draws them. Without a department: of all together. */
export type Series = [seconds: number[], waiting: (number | null)[], available: (number | null)[]];

/** The history as series. A department that was not there at a time leaves a gap. */
export function seriesOf(history: readonly QueueSnapshot[], departmentId: string | undefined): Series {
  const series: Series = [[], [], []];
  for (const snapshot of history) {
    const row = snapshot.departments.find(({ id }) => id === departmentId);
    const totals = departmentId === undefined ? totalsOf(snapshot) : undefined;
    series[0].push(Number(snapshot.timeMs) / 1000);
    series[1].push(totals?.waiting ?? row?.waiting ?? null);
    series[2].push(totals?.available ?? row?.agentsAvailable ?? null);
  }
  return series;
}
