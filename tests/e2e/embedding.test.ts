// SPDX-License-Identifier: Apache-2.0
// Who may embed the widget, and who may talk to it. The browser itself enforces the first; strangers' messages are the second.
import assert from "node:assert/strict";
import { after } from "node:test";
import type { Frame, Page } from "playwright-core";
import { becomes, eventually } from "./support/eventually";
import { ForeignSite } from "./support/foreign_site";
import { listenToWidget, toldTo } from "./support/host_page";
import { type Scene, scenes } from "./support/scene";
import { demoTenant } from "./support/tenant";
import { WidgetPage } from "./support/widget_page";

const site = ForeignSite.open();
after(() => site.close());
const scene = scenes();
const tenant = demoTenant([site.localhost]);
const FRAMING = /frame-ancestors|Framing .* violates|Refused to frame/;

/** A person whose pages of the foreign site embed this scene's chat server. */
async function foreignVisitor(stage: Scene) {
  const device = await stage.device("customer");
  site.embed(device.gate.origin);
  await listenToWidget(device.context);
  return device;
}

/** The widget's frame on a page. */
async function widgetFrame(page: Page): Promise<Frame> {
  const frame = await eventually("the widget's frame is there", () =>
    page.frames().find((each) => new URL(each.url()).pathname === "/widget/"),
  );
  assert.ok(frame);
  return frame;
}

/** Counts every message that reaches this window, whoever sent it, but for those with which page and frame find each other. */
async function countMessages(target: Page | Frame): Promise<() => Promise<number>> {
  await target.evaluate(() => {
    window.heard = 0;
    addEventListener("message", ({ data, source }) => {
      if (data?.type === "ready" || (data?.type === "begin" && source === parent)) return;
      window.heard = (window.heard ?? 0) + 1;
    });
  });
  return () => target.evaluate(() => window.heard ?? 0);
}

scene(
  "a foreign origin that the site lists may embed the chat",
  async (stage) => {
    const device = await foreignVisitor(stage);
    const page = await device.visit("/", site.localhost);
    const customer = await new WidgetPage(page).open();
    await customer.ask({ department: "Orders", name: "Rosa", question: "From elsewhere" });
    const david = await stage.agent("david");
    await david.accept("Rosa");
    await david.say("Welcome");
    await becomes("the answer arrives", () => customer.shown(), [
      { who: "You", text: "From elsewhere" },
      { who: "David", text: "Welcome" },
    ]);
    assert.equal(await page.evaluate(() => document.cookie), "", "no cookie of the chat on the page");
  },
  tenant,
);

scene(
  "the browser refuses to show the chat on an origin that the site does not list",
  async (stage) => {
    const device = await foreignVisitor(stage);
    device.watch.allow(FRAMING);
    const complaints: string[] = [];
    device.context.on("console", (message) => complaints.push(message.text()));
    const page = await device.visit("/", site.address);
    await eventually("the browser says why", () => complaints.some((text) => FRAMING.test(text)));
    await eventually("the frame holds nothing of the chat", () => page.frames()[1]?.url().startsWith("chrome-error:"));
    assert.deepEqual(await toldTo(page), [], "the widget never got ready");
    assert.equal(await new WidgetPage(page).launcher.count(), 0);
  },
  tenant,
);

scene(
  "a page that claims to be another origin gets no answer",
  async (stage) => {
    const device = await foreignVisitor(stage);
    const page = await device.visit("/empty", site.localhost);
    await page.evaluate((chat) => {
      const frame = document.createElement("iframe");
      frame.src = `${chat}/widget/?site=demo&origin=${encodeURIComponent("https://shop.example")}`;
      document.body.append(frame);
    }, device.gate.origin);
    const warned = page.waitForEvent("console", (message) => message.text().includes("not the one that this frame was made for"));
    const frame = await widgetFrame(page);
    await warned;
    assert.equal(await frame.locator("button").count(), 0, "it shows nothing");
  },
  tenant,
);

scene(
  "a socket from an unlisted page is refused",
  async (stage) => {
    const device = await foreignVisitor(stage);
    device.watch.allow(/frame-ancestors|Framing/);
    const hello = JSON.stringify({ frames: [{ requestId: 1, hello: { siteKey: "demo", visitorToken: "", clientInstance: "17" } }] });
    const firstAnswer = (page: Page) =>
      page.evaluate(
        ([url = "", text = ""]) =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(url, "switchboard.v1+json");
            socket.onopen = () => socket.send(text);
            socket.onmessage = ({ data }) => resolve(String(data));
            socket.onclose = ({ code }) => resolve(`closed with ${code}`);
          }),
        [`${device.gate.origin.replace("http", "ws")}/v1/ws`, hello],
      );
    assert.match(await firstAnswer(await device.visit("/empty", site.localhost)), /"welcome"/);
    assert.match(await firstAnswer(await device.visit("/empty", site.address)), /UNAUTHENTICATED/);
  },
  tenant,
);

scene(
  "messages of strangers are ignored, by the page's script and by the frame",
  async (stage) => {
    const device = await foreignVisitor(stage);
    const page = await device.visit("/", site.localhost);
    const customer = new WidgetPage(page);
    await customer.launcher.waitFor();
    const frame = await widgetFrame(page);
    const atPage = await countMessages(page);
    const atFrame = await countMessages(frame);
    const size = () => page.locator('iframe[title="Chat"]').boundingBox();
    const before = { told: await toldTo(page), size: await size() };

    // To the page: from itself, and from another window of the chat's own origin, which is not the frame.
    await page.evaluate(() => postMessage({ switchboard: 1, type: "open" }, "*"));
    const popup = device.context.waitForEvent("page");
    await page.evaluate((url) => void open(url), `${device.gate.origin}/demo/`);
    const other = await popup;
    await other.waitForLoadState();
    const forged = [
      { switchboard: 1, type: "open" },
      { switchboard: 1, type: "unread", count: 7 },
      { switchboard: 1, type: "conversation-started" },
    ];
    await other.evaluate((messages) => messages.forEach((message) => window.opener.postMessage(message, "*")), forged);
    // To the frame: from that window, which is not its parent; and from its parent, but in no shape that it takes.
    await other.evaluate(() => {
      for (const type of ["open", "reset", "begin"]) window.opener.frames[0].postMessage({ switchboard: 1, type }, "*");
      window.opener.frames[0].postMessage({ switchboard: 1, type: "identify", jwt: "x.y.z" }, "*");
    });
    await page.evaluate(() => {
      const shapes = [
        "open",
        { type: "open" },
        { switchboard: 2, type: "open" },
        { switchboard: 1, type: "explode" },
        { switchboard: 1, type: "identify", jwt: 7 },
        null,
      ];
      for (const shape of shapes) window.frames[0]?.postMessage(shape, "*");
    });
    await becomes("the page got them all", atPage, 1 + forged.length);
    await becomes("the frame got them all", atFrame, 4 + 6);
    assert.deepEqual({ told: await toldTo(page), size: await size() }, before, "and nothing came of it");
    assert.ok(await customer.launcher.isVisible());
    // The page itself is still heard.
    await page.evaluate(() => window.Switchboard?.open());
    await customer.panel.waitFor();
  },
  tenant,
);

scene(
  "a sibling frame is a stranger too",
  async (stage) => {
    const device = await foreignVisitor(stage);
    const page = await device.visit("/", site.localhost);
    const customer = new WidgetPage(page);
    await customer.launcher.waitFor();
    const frame = await widgetFrame(page);
    const atFrame = await countMessages(frame);
    // On the page's own origin: even that is not the parent.
    await page.evaluate(() => {
      const sibling = document.createElement("iframe");
      sibling.src = "/empty";
      document.body.append(sibling);
    });
    const sibling = await eventually("the sibling is there", () => page.frames().find((each) => each.url().endsWith("/empty")));
    await sibling?.waitForLoadState();
    await sibling?.evaluate(() => window.parent.frames[0]?.postMessage({ switchboard: 1, type: "open" }, "*"));
    await becomes("the frame got it", atFrame, 1);
    assert.ok(await customer.launcher.isVisible());
    assert.equal(await customer.panel.count(), 0);
  },
  tenant,
);

scene(
  "the console cannot be framed, not even by our own pages",
  async (stage) => {
    const device = await foreignVisitor(stage);
    device.watch.allow(FRAMING);
    for (const [path, origin] of [
      ["/empty", site.localhost],
      ["/demo/", device.gate.origin],
    ] as const) {
      const page = await device.visit(path, origin);
      const refused = page.waitForEvent("console", (message) => FRAMING.test(message.text()));
      await page.evaluate((chat) => {
        const frame = document.createElement("iframe");
        frame.src = `${chat}/console/`;
        document.body.append(frame);
      }, device.gate.origin);
      await refused;
      // Some versions of the driver tell the address of the error page, others none at all.
      const shown = page.frames().map((one) => one.url());
      assert.ok(!shown.some((address) => address.includes("/console/")), `no frame shows the console: ${shown.join(" ")}`);
    }
  },
  tenant,
);
