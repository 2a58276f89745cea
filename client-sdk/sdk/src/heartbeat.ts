// SPDX-License-Identifier: Apache-2.0
// Keeps a quiet connection alive and notices a dead one.
import type { TimerHandle, Timers } from "./environment";

/** Of the interval that the server asks for, this part passes before a ping leaves: room for a slow network. */
const SEND_AFTER = 0.8;
/** A server that has answered nothing for so long after a ping is gone. */
const ANSWER_WITHIN_MS = 10_000;

export class Heartbeat {
  #intervalMs = 0;
  #timer: TimerHandle | undefined;
  #lastSent = 0;
  #lastReceived = 0;

  constructor(
    private readonly timers: Timers,
    private readonly ping: () => void,
    private readonly dead: () => void,
  ) {}

  start(heartbeatMs: number): void {
    this.stop();
    this.#intervalMs = heartbeatMs * SEND_AFTER;
    this.#lastSent = this.#lastReceived = this.timers.now();
    if (this.#intervalMs > 0) this.#set(this.#intervalMs, () => this.#due());
  }

  stop(): void {
    if (this.#timer !== undefined) this.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  sent(): void {
    this.#lastSent = this.timers.now();
  }

  received(): void {
    this.#lastReceived = this.timers.now();
  }

  #due(): void {
    const now = this.timers.now();
    // Both directions are watched: a client that only sends would never notice that nobody answers.
    const quiet = Math.min(this.#lastSent, this.#lastReceived) + this.#intervalMs - now;
    if (quiet > 0) return this.#set(quiet, () => this.#due());
    const asked = now;
    this.ping();
    this.#set(ANSWER_WITHIN_MS, () => (this.#lastReceived >= asked ? this.#due() : this.dead()));
  }

  #set(milliseconds: number, callback: () => void): void {
    this.#timer = this.timers.set(callback, milliseconds);
  }
}
