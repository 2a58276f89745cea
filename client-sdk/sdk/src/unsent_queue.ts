// SPDX-License-Identifier: Apache-2.0
// What one conversation's user wrote and the server has not acknowledged yet. Each text gets a number when it first leaves; the
// same number may leave again as often as needed, because the server stores it once. Order is kept through every failure.
import type { BackoffOptions } from "./backoff";
import { Backoff } from "./backoff";
import { ErrorCode } from "./codes";
import type { TimerHandle, Timers } from "./environment";
import { CommandError, ConnectionLostError, hasCode, type SwitchboardError } from "./errors";
import type { MessageAccepted } from "./gen/json/switchboard/v1/client";

/** A note is seen by staff only. */
export type MessageKind = "message" | "note";

/** A text on its way. `number` is 0 until it has left for the first time. */
export interface UnsentMessage {
  readonly kind: MessageKind;
  readonly text: string;
  readonly number: number;
}

/** What a storage keeps of a queue. */
export interface SavedQueue {
  next: number;
  messages: UnsentMessage[];
}

/** Sends one message once. Rejects with CommandError or ConnectionLostError. */
export type SendOnce = (message: UnsentMessage) => Promise<MessageAccepted>;

interface Entry {
  kind: MessageKind;
  text: string;
  number: number;
  inFlight: boolean;
  resolve(accepted: MessageAccepted): void;
  reject(error: SwitchboardError): void;
}

/** So many leave without waiting for answers; within the burst that a server allows to a customer by default. */
const WINDOW = 16;
const RETRY: BackoffOptions = { baseMs: 200, capMs: 10_000 };

export class UnsentQueue {
  #next = 1;
  #entries: Entry[] = [];
  #online = false;
  #held = false; // an answer was bad: nothing leaves until all answers are there and the numbers are in order
  #expected = 0;
  #retryAfterMs = 0;
  #setbacks = 0; // in a row, without an accepted message between them
  #timer: TimerHandle | undefined;
  readonly #backoff: Backoff;

  constructor(
    private readonly sendOnce: SendOnce,
    private readonly timers: Timers,
    random: () => number,
    private readonly changed: (saved: SavedQueue) => void = () => {},
    saved?: SavedQueue,
    private readonly refused: (message: UnsentMessage, error: SwitchboardError) => void = () => {},
  ) {
    this.#backoff = new Backoff(RETRY, random);
    if (!saved) return;
    this.#next = saved.next;
    this.#entries = saved.messages.map((message) => ({ ...message, inFlight: false, resolve: () => {}, reject: () => {} }));
  }

  get messages(): readonly UnsentMessage[] {
    return this.#entries.map(({ kind, text, number }) => ({ kind, text, number }));
  }

  /** The number that the next text will get. */
  get next(): number {
    return this.#next;
  }

  /**
   * Queues a text. Resolves when it stands in the log; rejects only when the server refused it for good, or on close(). `refused` is
   * called then as well, also for texts that an earlier page has left.
   */
  push(kind: MessageKind, text: string): Promise<MessageAccepted> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ kind, text, number: 0, inFlight: false, resolve, reject });
      this.#pump();
      this.#save();
    });
  }

  /** A number was used outside the queue: the first text of StartConversation. */
  skip(number: number): void {
    this.#next = Math.max(this.#next, number + 1);
  }

  /** A connection is ready: everything without an answer leaves again, in order. */
  connected(): void {
    this.#online = true;
    this.#release();
  }

  /** The connection is gone. sendOnce must already have rejected, or reject now. */
  disconnected(): void {
    this.#online = false;
    this.#cancelTimer();
  }

  /** Gives up what is left: every promise rejects with this error. What a storage keeps stays as it is. */
  close(error: SwitchboardError): void {
    this.disconnected();
    const entries = this.#entries;
    this.#entries = [];
    for (const entry of entries) this.#refuse(entry, error);
  }

  #pump(): void {
    if (!this.#online || this.#held) return;
    let inFlight = this.#entries.filter((entry) => entry.inFlight).length;
    for (const entry of this.#entries) {
      if (inFlight >= WINDOW) return;
      if (entry.inFlight) continue;
      if (entry.number === 0) entry.number = this.#next++;
      ++inFlight;
      this.#transmit(entry);
    }
  }

  #transmit(entry: Entry): void {
    entry.inFlight = true;
    this.sendOnce(entry).then(
      (accepted) => {
        entry.inFlight = false;
        this.#setbacks = 0;
        this.#backoff.reset();
        this.#remove(entry);
        entry.resolve(accepted);
        this.#settle();
      },
      (error: SwitchboardError) => {
        entry.inFlight = false;
        // Closed meanwhile: it was refused then, and what a storage keeps of it stays.
        if (!this.#entries.includes(entry)) return;
        this.#failed(entry, error);
        this.#settle();
      },
    );
  }

  #failed(entry: Entry, error: SwitchboardError): void {
    if (hasCode(error, ErrorCode.OUT_OF_SEQUENCE)) {
      this.#held = true;
      this.#expected = error.expectedNumber;
      if (++this.#setbacks > 2 * WINDOW) this.#retryAfterMs = this.#backoff.next();
    } else if (error instanceof ConnectionLostError) {
      this.#online = false; // until connected() says otherwise
    } else if (error.temporary) {
      this.#held = true;
      const asked = error instanceof CommandError ? error.retryAfterMs : 0;
      this.#retryAfterMs = Math.max(this.#retryAfterMs, asked || this.#backoff.next());
    } else {
      this.#remove(entry);
      // A refusal consumes no number. Those behind it that have left already will be told OUT_OF_SEQUENCE.
      if (this.#entries.every((other) => other.number < entry.number)) this.#next = entry.number;
      this.#refuse(entry, error);
    }
  }

  #refuse(entry: Entry, error: SwitchboardError): void {
    entry.reject(error);
    this.refused({ kind: entry.kind, text: entry.text, number: 0 }, error);
  }

  #settle(): void {
    if (this.#entries.some((entry) => entry.inFlight)) {
      if (!this.#held) this.#pump();
      return;
    }
    if (this.#expected > 0) this.#renumber(this.#expected);
    this.#expected = 0;
    this.#save();
    if (!this.#online) return;
    const delay = this.#retryAfterMs;
    this.#retryAfterMs = 0;
    if (delay === 0) return this.#release();
    this.#cancelTimer();
    this.#timer = this.timers.set(() => this.#release(), delay);
  }

  // Numbers below `expected` are in the log already and only lack their answer; from there on the server has seen none.
  #renumber(expected: number): void {
    let number = expected;
    for (const entry of this.#entries) {
      if (entry.number >= expected) entry.number = number++;
    }
    this.#next = number;
  }

  #release(): void {
    if (this.#entries.some((entry) => entry.inFlight)) return; // their answers, or losses, come first
    this.#cancelTimer();
    this.#held = false;
    this.#pump();
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#save();
  }

  #save(): void {
    this.changed({ next: this.#next, messages: [...this.messages] });
  }

  #cancelTimer(): void {
    if (this.#timer !== undefined) this.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
