// SPDX-License-Identifier: Apache-2.0
// The widget as a guest on somebody's page: its JS API, tabs, storage, what it weighs, and that it moves nothing.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { becomes, eventually } from "./support/eventually";
import { blockWidgetStorage, listenToWidget, measureShifts, Scales, toldTo } from "./support/host_page";
import { scenes } from "./support/scene";
import { customerJwt } from "./support/tenant";
import { WidgetPage } from "./support/widget_page";

const KB = 1024;

const scene = scenes();

scene("the JS API: open, close, toggle, events", async (stage) => {
  const device = await stage.device("customer");
  await listenToWidget(device.context);
  const page = await device.visit("/demo/");
  const customer = new WidgetPage(page);
  await customer.launcher.waitFor();
  const call = (name: "open" | "close" | "toggle" | "reset") => page.evaluate((method) => window.Switchboard?.[method](), name);
  const ask = page.getByRole("button", { name: "Questions? Chat with us" });
  await ask.click();
  await customer.panel.waitFor();
  await call("close");
  await customer.launcher.waitFor();
  assert.equal(await ask.evaluate((element) => element === document.activeElement), true, "the focus is back at the button");
  await call("toggle");
  await customer.panel.waitFor();
  await customer.ask({ department: "Orders", name: "Rosa", question: "Hello?" });
  const david = await stage.agent("david");
  await david.accept("Rosa");
  await call("close");
  await customer.launcher.waitFor();
  await david.say("One");
  await david.say("Two");
  await becomes("the bubble counts", () => customer.launcher.getAttribute("aria-label"), "Open chat, 2 unread messages");
  await call("open");
  await customer.panel.waitFor();
  await becomes("the agent sees that it was read", () => david.log.locator(".receipt").last().textContent(), "Read");
  await david.close("Rosa", "Explained");
  await customer.text("This chat has ended.").waitFor();
  const told = [
    "ready",
    "open",
    "close",
    "open",
    "conversation-started",
    "close",
    "unread 1",
    "unread 2",
    "open",
    "unread 0",
    "conversation-ended",
  ];
  await becomes("the page was told", () => toldTo(page), told);

  await call("reset");
  await customer.button("Start chat").waitFor();
  await page.reload();
  await customer.open();
  await customer.button("Start chat").waitFor();
});

scene("identify: the agent sees the shop's customer, on every device of hers", async (stage) => {
  const jwt = customerJwt("c-17", "Rosa Lund");
  const customer = await stage.customer();
  await customer.page.evaluate((token) => window.Switchboard?.identify(token), jwt);
  await customer.open();
  await customer.ask({ department: "Orders", question: "Do you know me?" });
  const david = await stage.agent("david");
  await david.accept("Rosa Lund");
  await david.say("Yes");
  await customer.text("Yes").waitFor();
  const phone = await stage.customer("her phone");
  await phone.page.evaluate((token) => window.Switchboard?.identify(token), jwt);
  await phone.open();
  await becomes("the same conversation there", () => phone.shown(), [
    { who: "You", text: "Do you know me?" },
    { who: "David", text: "Yes" },
  ]);
  const before = await customer.shown();
  await customer.page.evaluate(() => window.Switchboard?.reset());
  await customer.button("Start chat").waitFor();
  assert.equal(before.length, 2);
  assert.equal(await customer.text("Do you know me?").count(), 0, "after the log-out nothing of hers is there");
  await phone.text("Do you know me?").waitFor();
});

scene("a forged identity is refused, and said so", async (stage) => {
  const customer = await stage.customer();
  await customer.page.evaluate((token) => window.Switchboard?.identify(token), `${customerJwt("c-17", "Rosa Lund")}x`);
  await customer.open();
  await customer.text("The chat has stopped").waitFor();
  await customer.button("Start over").click();
  await customer.button("Start chat").waitFor();
});

scene("two tabs: one conversation, read in one is read in both", async (stage) => {
  const david = await stage.agent("david");
  const customer = await stage.customer();
  const second = await customer.secondTab();
  await customer.open();
  await customer.ask({ department: "Orders", name: "Rosa", question: "Hello from the first tab" });
  await david.accept("Rosa");
  await david.say("Hello");
  await becomes("the second tab came along by itself", () => second.launcher.getAttribute("aria-label"), "Open chat");
  await customer.minimise();
  await david.say("Still there?");
  for (const tab of [customer, second]) {
    await becomes("both tabs count", () => tab.launcher.getAttribute("aria-label"), "Open chat, 1 unread message");
  }
  await second.open();
  await becomes("reading in one clears the other", () => customer.launcher.getAttribute("aria-label"), "Open chat");
  await second.say("Yes, here");
  await customer.open();
  await becomes("both show the same", async () => JSON.stringify(await customer.shown()) === JSON.stringify(await second.shown()), true);
});

scene("what was written without a network is sent once, also by the next page", async (stage) => {
  const david = await stage.agent("david");
  const customer = await stage.customer();
  await customer.open();
  await customer.ask({ department: "Orders", name: "Rosa", question: "Before" });
  await david.accept("Rosa");
  customer.device.gate.cut();
  await customer.outage.waitFor();
  await customer.say("Written in a tunnel");
  await customer.say("And closed the tab");
  await becomes("kept", async () => (await customer.shown()).at(-1)?.text, "And closed the tab [not sent]");
  await customer.page.close();
  customer.device.gate.restore();
  const next = new WidgetPage(await customer.device.visit("/demo/"));
  await becomes("sent once by the next page", async () => (await david.shown()).map(({ text }) => text), [
    "Before",
    "Written in a tunnel",
    "And closed the tab",
  ]);
  await next.open();
  await becomes("and shown there", async () => (await next.shown()).map(({ text }) => text), [
    "Before",
    "Written in a tunnel",
    "And closed the tab",
  ]);
});

scene("without storage the chat works, and says what it cannot do", async (stage) => {
  const device = await stage.device("customer");
  await blockWidgetStorage(device.context);
  await listenToWidget(device.context);
  const page = await device.visit("/demo/");
  const customer = await new WidgetPage(page).open();
  await customer.text("Your browser keeps no data for this chat. A reload of the page will forget it.").waitFor();
  await becomes("the page was told", () => toldTo(page), ["ready", "storage-blocked", "open"]);
  await customer.ask({ department: "Orders", name: "Rosa", question: "Hello?" });
  const david = await stage.agent("david");
  await david.accept("Rosa");
  device.gate.cut();
  await customer.say("Through an outage");
  await customer.outage.waitFor();
  device.gate.restore();
  await becomes("the agent reads it", async () => (await david.shown()).map(({ text }) => text), ["Hello?", "Through an outage"]);
  await page.reload();
  await customer.open();
  await customer.button("Start chat").waitFor();
});

scene("nothing on the page moves, and the budgets hold", async (stage) => {
  const device = await stage.device("customer");
  await measureShifts(device.context);
  const page = await device.context.newPage();
  const scales = new Scales(page, (bytes) => gzipSync(bytes, { level: 9 }).length);
  await page.goto(`${device.gate.origin}/demo/`);
  const customer = await new WidgetPage(page).open();
  await customer.button("Start chat").waitFor();
  await customer.minimise();
  await customer.open();
  assert.deepEqual(await page.evaluate(() => window.shifts), [], "layout shifts of the host page");
  device.watch.allow(/favicon\.ico/); // asked for by the blank page only
  const blank = await (await device.visit("/readyz")).evaluate(() => Object.keys(window));
  const added = (await page.evaluate(() => Object.keys(window))).filter((name) => !blank.includes(name) && !/^\d+$/.test(name));
  assert.deepEqual(added, ["Switchboard"], "one global");

  const loader = await scales.weigh(/^\/widget\.js$/);
  assert.equal(loader.paths.length, 1);
  assert.ok(loader.bytes <= 3 * KB, `the loader weighs ${loader.bytes} bytes`);
  const app = await scales.weigh(/^\/widget\//);
  assert.ok(app.paths.length >= 3, String(app.paths));
  assert.ok(app.bytes <= 40 * KB, `the app weighs ${app.bytes} bytes: ${app.paths}`);

  const agent = await stage.device("david");
  const console = await agent.context.newPage();
  const consoleScales = new Scales(console, (bytes) => gzipSync(bytes, { level: 9 }).length);
  await console.goto(`${agent.gate.origin}/console/`);
  await console.getByLabel("Login").waitFor();
  const first = await eventually(
    "the console is fetched",
    () => consoleScales.weigh(/^\/console\//),
    ({ paths }) => paths.length >= 3,
  );
  assert.ok(first.bytes <= 120 * KB, `the console's first load weighs ${first.bytes} bytes: ${first.paths}`);
});

scene("pages travel compressed, and assets are kept for good", async (stage) => {
  const device = await stage.device("customer");
  const page = await device.context.newPage();
  const headers = new Map<string, Record<string, string>>();
  page.on("response", (response) => headers.set(new URL(response.url()).pathname, response.headers()));
  await page.goto(`${device.gate.origin}/demo/`);
  await new WidgetPage(page).open();
  const assets = [...headers].filter(([path]) => path.startsWith("/widget/assets/"));
  assert.ok(assets.length >= 2);
  for (const [path, fields] of assets) {
    assert.match(fields["cache-control"] ?? "", /immutable/, path);
    assert.match(fields["content-encoding"] ?? "", /gzip|br/, path);
  }
  for (const path of ["/demo/", "/widget/"])
    assert.match(headers.get(path)?.["content-security-policy"] ?? "", /^default-src 'none'; script-src 'self'; style-src 'self';/, path);
});
