// SPDX-License-Identifier: Apache-2.0
// Every page in its main states: axe-core in light and dark, the widget by the keyboard alone, and enlarged to 200 % and 400 %.
import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { fits, isAccessible } from "./support/accessibility";
import { becomes, eventually } from "./support/eventually";
import { blockWidgetStorage } from "./support/host_page";
import { scenes } from "./support/scene";
import { customerJwt, PASSWORD } from "./support/tenant";
import { WidgetPage } from "./support/widget_page";

const scene = scenes();

/** What a desktop of 1440 by 900 leaves at 200 %, and a phone's width, which is 400 % of 1280. */
const ZOOM = { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 };
const TABLET = { viewport: { width: 1024, height: 768 } };
const NARROW = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 };

async function widgetFrame(page: Page): Promise<Frame> {
  const frame = await eventually("the widget's frame", () => page.frames().find((each) => each.url().includes("/widget/?")));
  assert.ok(frame);
  return frame;
}

scene("shop and widget", async (stage) => {
  const david = await stage.agent("david");
  const customer = await stage.customer();
  const frame = await widgetFrame(customer.page);
  const check = (state: string) => isAccessible(customer.page, state, frame);
  await isAccessible(customer.page, "shop");
  await check("launcher");
  await customer.open();
  await check("form");
  await customer.button("Start chat").click();
  await customer.text("Please choose what it is about.").waitFor();
  await check("form with complaints");
  await david.setState("Away – Break");
  await customer.ask({ department: "Orders", topic: "Delivery time", name: "Rosa", question: "Hello? See https://example.org" });
  await becomes("the place", () => customer.place(), "You are next");
  await check("waiting");
  await customer.button("Leave the queue").click();
  await check("leaving the queue");
  await customer.button("Keep waiting").click();
  await david.setState("Available");
  await david.accept("Rosa");
  await david.say("Hello Rosa");
  await customer.text("Hello Rosa").waitFor();
  await check("talk");
  await customer.button("Chat options").click();
  await check("options");
  await customer.button("Chat options").click();
  customer.device.gate.cut();
  await customer.say("Written without a network");
  await customer.outage.waitFor();
  await check("outage");
  customer.device.gate.restore();
  await customer.outage.waitFor({ state: "detached" });
  await customer.end();
  await customer.text("You ended this chat.").waitFor();
  await check("ended");
  await customer.frame.getByRole("radio", { name: "Good", exact: true }).check({ force: true });
  await check("rating");
  await customer.page.evaluate((token) => window.Switchboard?.identify(token), `${customerJwt("c", "C")}x`);
  await customer.text("The chat has stopped").waitFor();
  await check("stopped");
});

scene("widget without storage", async (stage) => {
  const device = await stage.device("customer");
  await blockWidgetStorage(device.context);
  const page = await device.visit("/demo/");
  const customer = await new WidgetPage(page).open();
  await customer.text("Your browser keeps no data for this chat.").waitFor();
  await isAccessible(page, "storage blocked", await widgetFrame(page));
});

scene("console", async (stage) => {
  const device = await stage.device("elena");
  const signIn = await device.visit("/console/");
  await signIn.getByRole("button", { name: "Sign in" }).click();
  await signIn.getByText("Please enter your login.").waitFor();
  await isAccessible(signIn, "sign-in");

  const elena = await stage.agent("elena");
  const check = (state: string) => isAccessible(elena.page, state);
  await check("no chats");
  await elena.state.click();
  await check("menu of states");
  await elena.page.keyboard.press("Escape");
  await elena.button("Account of Elena").click();
  await check("account menu");
  await elena.page.keyboard.press("Escape");
  await elena.page.keyboard.press("?");
  await elena.dialog("Keyboard shortcuts").waitFor();
  await check("shortcuts");
  await elena.page.keyboard.press("Escape");
  const rosa = await stage.visitor({
    department: "purchase_dispute",
    topic: "Promotion code refused",
    name: "Rosa",
    text: "My code is refused",
  });
  await elena.offer("Rosa").waitFor();
  await check("offer");
  await elena.accept("Rosa");
  await elena.say("Which one?");
  await elena.note("Looks like last year's");
  await elena.button("Details").click();
  await check("chat with details");
  const other = await stage.visitor({ department: "purchase_dispute", name: "Omar", text: "Hello" });
  await elena.accept("Omar");
  await rosa.chat.send("SPRING26");
  await elena.list.getByRole("img", { name: "1 unread" }).waitFor();
  await check("two chats, one unread");
  await elena.open("Rosa");
  await elena.button("Transfer").click();
  for (const way of ["Skill", "Colleague", "Department"]) {
    await elena.page.getByRole("radio", { name: way, exact: true }).check({ force: true });
    await check(`transfer, ${way}`);
  }
  await elena.page.keyboard.press("Escape");
  await elena.button("Close chat").click();
  await check("closing");
  await elena.page.keyboard.press("Escape");
  await other.chat.close();
  await elena.open("Omar");
  await elena.page.getByRole("form", { name: "Wrap-up" }).waitFor();
  await check("wrap-up");
  elena.device.gate.cut();
  await elena.outage.waitFor();
  await check("outage");
});

scene("queue page", async (stage) => {
  await stage.visitor({ department: "order_issue", text: "Hello" });
  const mona = await stage.supervisor();
  await mona.page.locator("canvas").waitFor();
  await isAccessible(mona.page, "queues");
  await mona.page.getByRole("button", { name: "Orders", exact: true }).click();
  await isAccessible(mona.page, "queues, one department");
  await mona.page.getByRole("radio", { name: "Cards" }).check({ force: true });
  await mona.page.getByRole("heading", { name: "Orders", exact: true }).waitFor();
  await isAccessible(mona.page, "queues as cards");
  await mona.page.getByRole("button", { name: "Big screen", exact: true }).click();
  await isAccessible(mona.page, "queues on a big screen");
});

/** The name of what has the focus in a frame. */
function focused(frame: Frame): Promise<string> {
  return frame.evaluate(() => {
    const element = document.activeElement;
    const labels =
      element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement
        ? element.labels
        : null;
    return element?.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? element?.textContent ?? "";
  });
}

scene("a whole chat by the keyboard", async (stage) => {
  const david = await stage.agent("david");
  const customer = await stage.customer();
  const { keyboard } = customer.page;
  const frame = await widgetFrame(customer.page);
  const tabTo = async (name: RegExp) => {
    for (let step = 0; step < 40 && !name.test(await focused(frame)); ++step) await keyboard.press("Tab");
    assert.match(await focused(frame), name);
  };
  // From the page's button into the chat, as a visitor would without a mouse.
  await customer.page.getByRole("button", { name: "Questions? Chat with us" }).focus();
  await keyboard.press("Enter");
  await becomes("the first field has the focus", () => focused(frame), "What is it about?");
  await keyboard.type("Orders");
  await tabTo(/^Your name/);
  await keyboard.type("Rosa");
  await tabTo(/^Your question/);
  await keyboard.type("By the keyboard");
  await tabTo(/^Start chat/);
  await keyboard.press("Enter");
  await david.accept("Rosa");
  await becomes("one can write at once", () => focused(frame), "Your message");
  await keyboard.type("First line");
  await keyboard.press("Shift+Enter");
  await keyboard.type("second line");
  await keyboard.press("Enter");
  await becomes("sent", async () => (await david.shown()).at(-1)?.text, "First line\nsecond line");
  await keyboard.press("Escape");
  await customer.launcher.waitFor();
  await becomes("Escape leads back to where it was opened", () => customer.page.evaluate(() => document.activeElement?.id), "ask");
  await keyboard.press("Enter");
  await becomes("and in again", () => focused(frame), "Your message");
  for (let step = 0; step < 20 && (await focused(frame)) !== "Chat options"; ++step) await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await tabTo(/^End chat/);
  await keyboard.press("Enter");
  await customer.frame.getByRole("dialog", { name: "End this chat?" }).waitFor();
  await tabTo(/^End chat/);
  await keyboard.press("Enter");
  await customer.text("You ended this chat.").waitFor();
  await tabTo(/^Very bad|^Very good|^$/);
  await eventually("the stars have the focus", async () => {
    const onStars = await frame.evaluate(
      () => document.activeElement instanceof HTMLInputElement && document.activeElement.type === "radio",
    );
    if (!onStars) await keyboard.press("Tab");
    return onStars;
  });
  await keyboard.press("Space");
  for (const _ of [2, 3, 4]) await keyboard.press("ArrowRight");
  await tabTo(/^Send rating/);
  await keyboard.press("Enter");
  await customer.text("Thank you for your rating.").waitFor();
});

for (const [name, options] of [
  ["100 %", TABLET],
  ["200 %", ZOOM],
  ["400 %", NARROW],
] as const) {
  scene(`everything fits at ${name}`, async (stage) => {
    const rosa = "Rosa-Magdalena Maximiliane von Hohenstein-Wolkenburg zu Donaudampfschifffahrt";
    const elena = await stage.agent("elena", false, options);
    await fits(elena.page.mainFrame(), "no chats");
    const customer = await stage.customer("customer", options);
    const frame = await widgetFrame(customer.page);
    await fits(customer.page.mainFrame(), "shop");
    await customer.open();
    await fits(frame, "form");
    await customer.ask({ department: "Prices and billing", name: rosa, question: `Long${"word".repeat(40)}` });
    await fits(frame, "waiting");
    await elena.offer(rosa).waitFor();
    await fits(elena.page.mainFrame(), "offer");
    await elena.accept(rosa);
    await fits(elena.page.mainFrame(), "chat");
    await elena.say("Hello");
    await customer.text("Hello").waitFor();
    await fits(frame, "talk");
    await elena.button("Transfer").click();
    await fits(elena.page.mainFrame(), "transfer");
    await elena.page.keyboard.press("Escape");
    await elena.button("Close chat").click();
    await fits(elena.page.mainFrame(), "closing");
    await elena.page.keyboard.press("Escape");
    await customer.end();
    await customer.text("You ended this chat.").waitFor();
    await fits(frame, "ended");
    const mona = await stage.supervisor(options);
    await mona.page.locator("canvas").waitFor();
    await fits(mona.page.mainFrame(), "queues");
  });
}

scene("long words of another language fit a phone", async (stage) => {
  const device = await stage.device("mona", { viewport: { width: 390, height: 844 }, locale: "de-DE" });
  const page = await device.visit("/console/");
  await page.getByLabel("Anmeldename").fill("mona");
  await page.getByLabel("Passwort").fill(PASSWORD);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await page.getByRole("link", { name: "Warteschlangen" }).click();
  await page.locator("canvas").waitFor();
  await fits(page.mainFrame(), "the header and the queues");
});
