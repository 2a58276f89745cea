// SPDX-License-Identifier: Apache-2.0
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { DEADLINE_MS } from "./eventually";
import { Gate } from "./gate";
import { Watch } from "./watch";

/** The one browser of a test file. `flags` are for what a page cannot set, for example blocked cookies. */
export async function launchBrowser(flags: string[] = []): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  const quiet = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [...quiet, ...(asRoot ? ["--no-sandbox"] : []), ...flags],
    chromiumSandbox: !asRoot,
  });
}

/** One person's browser: cookies and storage of its own, a network that can be cut, and eyes on everything that goes wrong. */
export class Device {
  private constructor(
    readonly context: BrowserContext,
    readonly gate: Gate,
    readonly watch: Watch,
  ) {}

  static async open(browser: Browser, port: number, who: string, options: BrowserContextOptions = {}): Promise<Device> {
    const gate = await Gate.open(port);
    const context = await browser.newContext({
      locale: "en-GB",
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(DEADLINE_MS);
    return new Device(context, gate, new Watch(context, who, () => gate.isTroubled));
  }

  /** A new tab with this page of the server. */
  async visit(path: string, origin = this.gate.origin): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(origin + path);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    this.gate.close();
  }
}
