// SPDX-License-Identifier: Apache-2.0
// What the queue page shows: the newest counts, and the last half hour of them.
import type { AgentClient, QueueSnapshot, SwitchboardError } from "@switchboard/sdk";
import { Store } from "../store";
import { withPoint } from "./figures";

/** The server tells at least every 5 s: after this without news something is wrong. */
const STALE_MS = 12_000;

/** The queues of the tenant, live from start() to stop(). */
export class QueueDesk extends Store {
  #history: QueueSnapshot[] = [];
  #current: QueueSnapshot | undefined;
  #receivedMs = 0;
  #error: SwitchboardError | undefined;
  #forget = () => {};

  constructor(private readonly client: AgentClient) {
    super();
  }

  /** The newest counts; undefined before the first. */
  get current(): QueueSnapshot | undefined {
    return this.#current;
  }
  /** About one snapshot each 15 s, oldest first; the last one is the newest. */
  get history(): readonly QueueSnapshot[] {
    return this.#history;
  }
  /** Why there is nothing to see; undefined while all is well. */
  get error(): SwitchboardError | undefined {
    return this.#error;
  }

  /** True when what is shown may not be true any more. */
  isStale(now: number): boolean {
    return this.#current !== undefined && (this.client.state !== "ready" || now - this.#receivedMs > STALE_MS);
  }

  start(): void {
    const forget = this.client.on("queues", (snapshot) => this.#told(snapshot));
    const forgetState = this.client.on("state", () => this.changed());
    this.#forget = () => {
      forget();
      forgetState();
    };
    this.#watch();
  }

  stop(): void {
    this.#forget();
    this.client.watchQueues(false).catch(() => {
      // Nothing depends on the answer: without a connection nothing is watched either.
    });
  }

  /** Asks again after an error. */
  retry(): void {
    this.#error = undefined;
    this.changed();
    this.#watch();
  }

  #watch(): void {
    this.client.watchQueues(true).then(
      (watched) => {
        for (const snapshot of watched?.history ?? []) this.#history = withPoint(this.#history, snapshot);
        if (watched?.current) this.#told(watched.current);
      },
      (error: SwitchboardError) => {
        this.#error = error;
        this.changed();
      },
    );
  }

  #told(snapshot: QueueSnapshot): void {
    this.#current = snapshot;
    this.#receivedMs = Date.now();
    this.#error = undefined;
    this.#history = withPoint(this.#history, snapshot);
    this.changed();
  }
}
