// SPDX-License-Identifier: Apache-2.0
// Keeps one conversation's events exactly once and in order, whatever the network repeats, reorders or drops.
import type { Event } from "./gen/json/switchboard/v1/event";

/** Customers find holes by `prev` (staff-only events are missing for them by right), staff by `seq`. */
export type Reader = "customer" | "staff";

/** Events held back behind a hole; what does not fit is read again from the log. */
const HELD_BACK_LIMIT = 1000;

/** The last event handed on; all 0 before the first. */
export interface LogPosition {
  seq: bigint;
  eventId: bigint;
}

export class LogTracker {
  #last: LogPosition = { seq: 0n, eventId: 0n };
  readonly #heldBack = new Map<bigint, Event>();

  constructor(private readonly reader: Reader) {}

  get last(): LogPosition {
    return this.#last;
  }

  /** True when an event is missing: everything after `last.seq` is to be read from the log. */
  get hasHole(): boolean {
    return this.#heldBack.size > 0;
  }

  /** Takes in an event and returns those that may be handed on now, oldest first. Repeated events give nothing. */
  accept(event: Event): Event[] {
    if (event.seq <= this.#last.seq) return [];
    if (!this.#follows(event)) {
      if (this.#heldBack.size < HELD_BACK_LIMIT) this.#heldBack.set(event.seq, event);
      return [];
    }
    const ready = [event];
    this.#advance(event);
    for (let next = this.#takeNext(); next; next = this.#takeNext()) ready.push(next);
    return ready;
  }

  /** Forgets everything: the log is told again from its first event. */
  reset(): void {
    this.#last = { seq: 0n, eventId: 0n };
    this.#heldBack.clear();
  }

  #follows(event: Event): boolean {
    return this.reader === "staff" ? event.seq === this.#last.seq + 1n : event.prev <= this.#last.seq;
  }

  #advance(event: Event): void {
    this.#last = { seq: event.seq, eventId: event.eventId };
    this.#heldBack.delete(event.seq);
  }

  #takeNext(): Event | undefined {
    let next: Event | undefined;
    for (const [seq, event] of this.#heldBack) {
      if (seq <= this.#last.seq) this.#heldBack.delete(seq);
      else if (this.#follows(event) && (!next || seq < next.seq)) next = event;
    }
    if (next) this.#advance(next);
    return next;
  }
}
