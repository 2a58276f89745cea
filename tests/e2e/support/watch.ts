// SPDX-License-Identifier: Apache-2.0
import type { BrowserContext, Page } from "playwright-core";

/** What went wrong in the pages of one browser context, and what came over their sockets. */
export class Watch {
  readonly problems: string[] = [];
  /** Every text that a socket of these pages has received. */
  readonly received: string[] = [];
  /** Every text that a socket of these pages has sent. */
  readonly sent: string[] = [];
  readonly #allowed: RegExp[] = [];

  constructor(
    context: BrowserContext,
    private readonly who: string,
    private readonly networkIsDown: () => boolean,
  ) {
    context.on(
      "console",
      (message) => message.type() === "error" && this.#problem(`console: ${message.text()} (${message.location().url})`),
    );
    context.on("weberror", (error) => this.#problem(`page error: ${String(error.error().stack ?? error.error())}`));
    context.on("page", (page) => this.#follow(page));
  }

  /** From now on problems like this one are what the test is about. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  #follow(page: Page): void {
    page.on("crash", () => this.#problem("the page crashed"));
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => this.received.push(String(payload)));
      socket.on("framesent", ({ payload }) => this.sent.push(String(payload)));
    });
  }

  #problem(text: string): void {
    // Browsers complain about each attempt to connect while there is no network; that cannot be helped.
    if (this.networkIsDown() && /WebSocket connection|net::ERR_/.test(text)) return;
    if (this.#allowed.some((pattern) => pattern.test(text))) return;
    this.problems.push(`${this.who}: ${text}`);
  }
}
