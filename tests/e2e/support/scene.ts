// SPDX-License-Identifier: Apache-2.0
// What every browser test stands on: one browser per file; per test a fresh server and people with browsers of their own.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { Device, launchBrowser } from "./browser";
import { ConsolePage, QueuePage } from "./console_page";
import { REPOSITORY } from "./repository";
import { ServerProcess } from "./server";
import type { Tenant } from "./tenant";
import { Visitor } from "./visitor";
import { WidgetPage } from "./widget_page";

const SHOTS = join(REPOSITORY, "build/test-logs/e2e");

/** A customer on a page with the widget. */
export class Customer extends WidgetPage {
  constructor(
    readonly device: Device,
    widget: WidgetPage,
  ) {
    super(widget.page);
  }

  /** The same person's next tab. */
  async secondTab(): Promise<WidgetPage> {
    return new WidgetPage(await this.device.visit("/demo/"));
  }
}

/** An agent who has signed in. */
export class Agent extends ConsolePage {
  constructor(
    readonly device: Device,
    page: ConsolePage,
  ) {
    super(page.page);
  }

  /** The same agent's next tab. */
  async secondTab(): Promise<ConsolePage> {
    const page = new ConsolePage(await this.device.visit("/console/"));
    await page.state.waitFor();
    return page;
  }
}

/** The people and the server of one test. */
export class Scene {
  readonly #devices: Device[] = [];
  readonly #visitors: Visitor[] = [];

  constructor(
    readonly browser: Browser,
    readonly server: ServerProcess,
  ) {}

  async device(who: string, options?: BrowserContextOptions): Promise<Device> {
    const device = await Device.open(this.browser, this.server.port, who, options);
    this.#devices.push(device);
    return device;
  }

  /** Somebody who looks at the shop; the launcher is there. */
  async customer(who = "customer", options?: BrowserContextOptions): Promise<Customer> {
    const device = await this.device(who, options);
    const customer = new Customer(device, new WidgetPage(await device.visit("/demo/")));
    await customer.launcher.waitFor();
    return customer;
  }

  /** An agent who has signed in and may be offered chats; `away` for one who may not. */
  async agent(login: string, away = false, options?: BrowserContextOptions): Promise<Agent> {
    const device = await this.device(login, options);
    const agent = new Agent(device, new ConsolePage(await device.visit("/console/")));
    await agent.signIn(login);
    await agent.state.waitFor();
    if (!away) await agent.setState("Available");
    return agent;
  }

  /** A supervisor in front of the queue page, with the departments as a table. */
  async supervisor(options?: BrowserContextOptions): Promise<QueuePage> {
    const mona = await this.agent("mona", true, options);
    await mona.page.getByRole("link", { name: "Queues" }).click();
    await mona.page.getByRole("radio", { name: "Table" }).check({ force: true });
    await mona.page.getByRole("table", { name: "Departments" }).waitFor();
    return new QueuePage(mona.page);
  }

  async visitor(question: Parameters<typeof Visitor.ask>[1]): Promise<Visitor> {
    const visitor = await Visitor.ask(this.server.socketUrl, question);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** Fails when anything went wrong in a page that no test has allowed. */
  checkPages(): void {
    assert.deepEqual(
      this.#devices.flatMap(({ watch }) => watch.problems),
      [],
    );
  }

  async takePictures(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    const pages = this.#devices.flatMap(({ context }) => context.pages());
    for (const [at, page] of pages.entries()) await page.screenshot({ path: join(SHOTS, `${name}-${at}.png`) }).catch(() => {});
  }

  async dispose(): Promise<void> {
    for (const visitor of this.#visitors) visitor.stop();
    await Promise.all(this.#devices.map((device) => device.close()));
    await this.server.dispose();
  }
}

/** Tests of one file share a browser; each gets a scene of its own, and fails when a page had trouble. */
export function scenes(flags: string[] = []): (name: string, body: (scene: Scene) => Promise<void>, tenant?: Tenant) => void {
  let browser: Browser | undefined;
  after(() => browser?.close());
  return (name, body, tenant) =>
    test(name, { timeout: 180_000 }, async () => {
      browser ??= await launchBrowser(flags);
      const scene = new Scene(browser, await ServerProcess.start(tenant));
      try {
        await body(scene);
        scene.checkPages();
      } catch (error) {
        await scene.takePictures(name.replace(/\W+/g, "_"));
        console.error(scene.server.logTail());
        throw error;
      } finally {
        await scene.dispose();
      }
    });
}
