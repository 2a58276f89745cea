// SPDX-License-Identifier: Apache-2.0
import type { BrowserContext, Page } from "playwright-core";

/** What the widget's script gives to the page that embeds it; the part that tests use. */
interface SwitchboardApi {
  open(): void;
  close(): void;
  toggle(): void;
  identify(jwt: string): void;
  reset(): void;
  on(event: string, listener: (value?: number) => void): void;
  off(event: string, listener: (value?: number) => void): void;
}

declare global {
  interface Window {
    Switchboard?: SwitchboardApi;
    /** Kept by these tests in the page. */
    told?: string[];
    shifts?: string[];
    heard?: number;
  }
}

/** What browsers report when something on a page jumps. */
interface LayoutShift extends PerformanceEntry {
  value: number;
  sources: { node: Node | null }[];
}

/** Everything that the widget tells the page. */
const EVENTS = ["ready", "open", "close", "unread", "conversation-started", "conversation-ended", "storage-blocked"];

/** Notes what the widget tells the pages of this context, from the moment its script has run. */
export async function listenToWidget(context: BrowserContext): Promise<void> {
  await context.addInitScript((events) => {
    const told: string[] = (window.told = []);
    const listen = (api: SwitchboardApi) => {
      Object.defineProperty(window, "Switchboard", { value: api, configurable: true });
      for (const event of events) api.on(event, (value) => told.push(value === undefined ? event : `${event} ${value}`));
    };
    Object.defineProperty(window, "Switchboard", { set: listen, get: () => undefined, configurable: true });
  }, EVENTS);
}

/** What this page was told so far. */
export function toldTo(page: Page): Promise<string[]> {
  return page.evaluate(() => window.told ?? []);
}

/** Notes what the browser sees jump in the pages of this context, other than the chat's own frame, which a click makes larger. */
export async function measureShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    if (window.parent !== window) return;
    const shifts: string[] = (window.shifts = []);
    const observer = new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as LayoutShift[]) {
        const moved = sources.filter(({ node }) => !(node instanceof HTMLIFrameElement));
        if (moved.length > 0) shifts.push(`${value}: ${moved.map(({ node }) => node?.nodeName).join(", ")}`);
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
  });
}

/** As a browser that gives a third party's frame no storage: every touch of it throws. */
export async function blockWidgetStorage(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    if (!location.pathname.startsWith("/widget/")) return;
    const denied = (): never => {
      throw new DOMException("Access is denied for this document.", "SecurityError");
    };
    Object.defineProperty(window, "localStorage", { get: denied });
    Object.defineProperty(window, "sessionStorage", { get: denied });
    Object.defineProperty(navigator, "locks", {
      value: { request: () => Promise.reject(new DOMException("The request was denied.", "SecurityError")) },
    });
  });
}

/** What the browser fetched, gzipped as a server would: the weight of a page. */
export class Scales {
  readonly #weights = new Map<string, Promise<number>>();

  constructor(page: Page, gzip: (bytes: Buffer) => number) {
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (response.status() === 200) this.#weights.set(pathname, response.body().then(gzip));
    });
  }

  /** The paths that were fetched and that match, with their weights. */
  async weigh(pattern: RegExp): Promise<{ paths: string[]; bytes: number }> {
    const paths = [...this.#weights.keys()].filter((path) => pattern.test(path)).sort();
    const weights = await Promise.all(paths.map((path) => this.#weights.get(path)));
    return { paths, bytes: weights.reduce<number>((sum, each) => sum + (each ?? 0), 0) };
  }
}
