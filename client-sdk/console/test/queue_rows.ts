// SPDX-License-Identifier: Apache-2.0
// Rows and snapshots of the queue page, with nothing going on unless told.
import type { DepartmentQueue, QueueSnapshot } from "@switchboard/sdk";

export function row(id: string, more: Partial<DepartmentQueue> = {}): DepartmentQueue {
  return {
    id,
    name: id.toUpperCase(),
    waiting: 0,
    offered: 0,
    active: 0,
    wrapUp: 0,
    oldestMs: 0n,
    agentsAvailable: 0,
    agentsAway: 0,
    agentsOffline: 0,
    agentsFull: 0,
    freeSlots: 0,
    open: true,
    unroutable: 0,
    full: false,
    usedSlots: 0,
    estimate: undefined,
    pull: false,
    today: undefined,
    recent: undefined,
    first: [],
    serviceLevelS: 60,
    ...more,
  };
}

export function snapshot(timeMs: number, ...departments: DepartmentQueue[]): QueueSnapshot {
  return { timeMs: BigInt(timeMs), departments, agentsAvailable: 2, agentsAway: 1 };
}
