// SPDX-License-Identifier: Apache-2.0
// A supervisor's view of the queues. It is a session that watches them, so every new session is asked again.
import type { Command, Reply } from "./connection";
import type { SwitchboardError } from "./errors";
import type { QueueSnapshot, QueuesWatched } from "./gen/json/switchboard/v1/client";
import { expectReply } from "./replies";

export class QueueWatch {
  #watching = false;
  #calls = 0; // tells an answer that a later call has overtaken
  #lastMs = 0n; // of the newest snapshot known; 0 before the first

  constructor(
    private readonly run: (command: Command) => Promise<Reply>,
    private readonly tell: (snapshot: QueueSnapshot) => void,
  ) {}

  /** Begins or ends watching. Rejects as `run` does; nothing is watched then. */
  async set(watch: boolean): Promise<QueuesWatched | undefined> {
    const call = ++this.#calls;
    this.#watching = false; // until the answer `run` itself repeats the command over losses
    if (!watch) this.#lastMs = 0n;
    const reply = await this.run({ $case: "watchQueues", value: { watch } });
    if (!watch) return undefined;
    const watched = expectReply(reply, "queuesWatched");
    if (call === this.#calls) this.#watching = true;
    return watched;
  }

  /** A new session has begun: it shall watch what the last one watched. */
  welcomed(): void {
    if (!this.#watching) return;
    const answer = this.set(true);
    const call = this.#calls;
    answer.catch((error: SwitchboardError) => {
      if (!error.temporary || call !== this.#calls) return;
      this.#watching = true;
      this.welcomed();
    });
  }

  /** The server's answer. The first one is the caller's; a later one also holds what was missed between two sessions. */
  answered({ history, current }: QueuesWatched): void {
    const since = this.#lastMs;
    if (since > 0n) {
      for (const snapshot of history) if (snapshot.timeMs > since) this.told(snapshot);
      if (current) this.told(current);
    } else if (current) {
      this.#lastMs = current.timeMs;
    }
  }

  /** The server tells what it counts now. */
  told(snapshot: QueueSnapshot): void {
    this.#lastMs = snapshot.timeMs;
    this.tell(snapshot);
  }
}
