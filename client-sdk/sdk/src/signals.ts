// SPDX-License-Identifier: Apache-2.0
// Typing and horizons of one conversation on their way out, slowed down to what the server passes on.
import type { Connection } from "./connection";
import type { TimerHandle, Timers } from "./environment";

const TYPING_EVERY_MS = 3000;
const HORIZONS_EVERY_MS = 1000;

export class Signals {
  #typing = false;
  #typingSince = -TYPING_EVERY_MS;
  #wanted = { delivered: 0n, read: 0n };
  #told = { delivered: 0n, read: 0n };
  #timer: TimerHandle | undefined;

  constructor(
    private readonly conversationId: string,
    private readonly connection: Connection,
    private readonly timers: Timers,
  ) {}

  setTyping(typing: boolean): void {
    const now = this.timers.now();
    if (typing === this.#typing && (!typing || now - this.#typingSince < TYPING_EVERY_MS)) return;
    this.#typing = typing;
    this.#typingSince = now;
    this.connection.notify({ $case: "setTyping", value: { conversationId: this.conversationId, typing } });
  }

  advance(delivered: bigint, read: bigint): void {
    if (read > this.#wanted.read) this.#wanted.read = read;
    if (delivered > this.#wanted.delivered) this.#wanted.delivered = delivered;
    this.#sendHorizons();
  }

  /** The horizons are told again: what an earlier connection carried may not have arrived. */
  connected(): void {
    this.#told = { delivered: 0n, read: 0n };
    this.#sendHorizons();
  }

  /** Numbers of another log begin. */
  reset(): void {
    this.#wanted = { delivered: 0n, read: 0n };
    this.#told = { delivered: 0n, read: 0n };
  }

  stop(): void {
    if (this.#timer !== undefined) this.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #sendHorizons(): void {
    const { delivered, read } = this.#wanted;
    if ((delivered <= this.#told.delivered && read <= this.#told.read) || this.#timer !== undefined) return;
    const value = { conversationId: this.conversationId, deliveredSeq: delivered, readSeq: read };
    if (!this.connection.notify({ $case: "advanceHorizons", value })) return; // connected() comes back to it
    this.#told = { delivered, read };
    this.#timer = this.timers.set(() => {
      this.#timer = undefined;
      this.#sendHorizons();
    }, HORIZONS_EVERY_MS);
  }
}
