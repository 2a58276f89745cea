// SPDX-License-Identifier: Apache-2.0
// One timer for everything that ticks on the page.
import { Store, useStore } from "./store";

class Seconds extends Store {
  #timer: ReturnType<typeof setInterval> | undefined;
  #watchers = 0;

  override subscribe(listener: () => void): () => void {
    if (++this.#watchers === 1) this.#timer = setInterval(() => this.changed(), 1000);
    const forget = super.subscribe(listener);
    return () => {
      forget();
      if (--this.#watchers === 0) clearInterval(this.#timer);
    };
  }
}

const seconds = new Seconds();

/** Draws the component again every second. */
export function useSeconds(): void {
  useStore(seconds);
}

/** The server's clock, as far as Welcome and the local clock tell it. */
export class ServerClock {
  #offsetMs = 0;

  /** To be called with a time that the server has just told. */
  set(serverMs: bigint): void {
    if (serverMs > 0n) this.#offsetMs = Number(serverMs) - Date.now();
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }
}
