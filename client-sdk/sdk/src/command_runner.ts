// SPDX-License-Identifier: Apache-2.0
// Carries a command through: waits for a connection, repeats it after a loss or a temporary refusal, gives up at a deadline.
// All commands of the protocol may be repeated; messages go through UnsentQueue instead, which also keeps their order.
import { Backoff } from "./backoff";
import type { Command, Connection, Reply } from "./connection";
import type { Timers } from "./environment";
import { CommandError, ConnectionLostError, StoppedError, type SwitchboardError, TimeoutError } from "./errors";

const RETRY = { baseMs: 200, capMs: 3000 };

export class CommandRunner {
  constructor(
    private readonly connection: Connection,
    private readonly timers: Timers,
    private readonly random: () => number,
    private readonly timeoutMs: number,
  ) {}

  /** Resolves with the answer. Rejects with CommandError (refused for good), TimeoutError or StoppedError. */
  run(command: Command): Promise<Reply> {
    if (this.connection.state === "stopped") return Promise.reject(new StoppedError());
    return new Promise((resolve, reject) => {
      const backoff = new Backoff(RETRY, this.random);
      let over = false;
      let lastError: SwitchboardError | undefined;
      let cancelRetry = () => {};
      const settle = (action: () => void) => {
        if (over) return;
        over = true;
        cancelRetry();
        forgetDeadline();
        forgetState();
        forgetStop();
        action();
      };
      const retryAfter = (milliseconds: number) => {
        const handle = this.timers.set(attempt, milliseconds);
        cancelRetry = () => this.timers.clear(handle);
      };
      const giveUp = () => settle(() => reject(new TimeoutError(command.$case, this.timeoutMs, lastError)));
      const attempt = () => {
        if (over || this.connection.state !== "ready") return; // the next "ready" attempts again
        this.connection.request(command).then(
          (reply) => settle(() => resolve(reply)),
          (error: SwitchboardError) => {
            lastError = error;
            if (over || error instanceof ConnectionLostError) return;
            if (error instanceof CommandError && error.temporary) retryAfter(Math.max(error.retryAfterMs, backoff.next()));
            else settle(() => reject(error));
          },
        );
      };
      const deadline = this.timers.set(giveUp, this.timeoutMs);
      const forgetDeadline = () => this.timers.clear(deadline);
      const forgetStop = this.connection.on("stopped", (error) => settle(() => reject(error)));
      const forgetState = this.connection.on("state", (state) => {
        cancelRetry();
        if (state === "ready") attempt();
      });
      attempt();
    });
  }
}
