// SPDX-License-Identifier: Apache-2.0

/** Bounds of the delays between attempts, in milliseconds. */
export interface BackoffOptions {
  baseMs: number;
  capMs: number;
}

/** Suits reconnecting: soon at first, at most half a minute. */
export const DEFAULT_BACKOFF: BackoffOptions = { baseMs: 500, capMs: 30_000 };

/**
 * Exponential back-off with full jitter: attempt n waits a random time between 0 and min(cap, base * 2^n), so that clients who
 * lost their server together do not come back together.
 */
export class Backoff {
  #attempt = 0;

  constructor(
    private readonly options: BackoffOptions = DEFAULT_BACKOFF,
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const ceiling = Math.min(this.options.capMs, this.options.baseMs * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 30);
    return Math.floor(this.random() * ceiling);
  }

  /** To be called after lasting success. */
  reset(): void {
    this.#attempt = 0;
  }
}
