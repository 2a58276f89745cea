// SPDX-License-Identifier: Apache-2.0
// Asking again and again, for what the server does not tell by itself; only while somebody can see the answer.
import type { SwitchboardError } from "@switchboard/sdk";
import { Store } from "./store";

/** The newest answer to a question that is asked again `everyMs` after each answer, from start() to stop(). */
export class Polling<Answer> extends Store {
  #answer: Answer | undefined;
  #error: SwitchboardError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #again = false;
  #running = false;
  readonly #look = () => this.refresh();

  constructor(
    private readonly ask: () => Promise<Answer>,
    private readonly everyMs: number,
  ) {
    super();
  }

  /** The newest answer; undefined before the first. */
  get answer(): Answer | undefined {
    return this.#answer;
  }
  /** Why there was no answer the last time; undefined: there was. */
  get error(): SwitchboardError | undefined {
    return this.#error;
  }

  start(): void {
    this.#running = true;
    globalThis.document?.addEventListener("visibilitychange", this.#look);
    this.refresh();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    globalThis.document?.removeEventListener("visibilitychange", this.#look);
  }

  /** Asks now; while an answer is under way, once more after it. */
  refresh(): void {
    if (!this.#running || globalThis.document?.hidden) return;
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    this.ask().then(
      (answer) => this.#answered(answer, undefined),
      (error: SwitchboardError) => this.#answered(this.#answer, error),
    );
  }

  #answered(answer: Answer | undefined, error: SwitchboardError | undefined): void {
    this.#asking = false;
    if (!this.#running) return;
    this.#answer = answer;
    this.#error = error;
    this.changed();
    if (this.#again) this.refresh();
    else this.#timer = setTimeout(this.#look, this.everyMs);
  }
}
