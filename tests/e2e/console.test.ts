// SPDX-License-Identifier: Apache-2.0
// What an agent does all day: signing in and out, states, several chats and offers, tabs, drafts, and all of it by the keyboard.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { LINES, LONG_NAME } from "./pictures/texts";
import { becomes, eventually } from "./support/eventually";
import { ConsolePage } from "./support/console_page";
import { type Agent, type Scene, scenes } from "./support/scene";
import { demoTenant } from "./support/tenant";

const scene = scenes();

/** Customers who ask about orders, in this order. */
async function customers(stage: Scene, ...names: string[]) {
  const visitors = [];
  for (const name of names) visitors.push(await stage.visitor({ department: "order_issue", name, text: `${name} asks` }));
  return visitors;
}

/** The accessible name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label =
      element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement
        ? element.labels?.[0]?.textContent
        : "";
    return (element?.getAttribute("aria-label") ?? label) || (element?.textContent ?? "");
  });
}

scene("signing in: what is missing or wrong is said; a reload stays signed in; signing out ends it in all tabs", async (stage) => {
  const device = await stage.device("david");
  const page = new ConsolePage(await device.visit("/console/"));
  await page.button("Sign in").click();
  await page.page.getByText("Please enter your login.").waitFor();
  await page.page.getByText("Please enter your password.").waitFor();
  device.watch.allow(/the server responded with a status of 401/);
  await page.signIn("david", "wrong");
  await page.page.getByText("That login and password do not go together. Please try again.").waitFor();
  device.gate.cut();
  await page.signIn("david");
  await page.page.getByText("The server cannot be reached at the moment.").waitFor();
  device.gate.restore();
  await page.signIn("david");
  await page.button("Your state: Away").waitFor();
  await page.setState("Available");

  await page.page.reload();
  await page.button("Your state: Available").waitFor();
  assert.equal(await page.page.evaluate(() => document.cookie), "", "no script sees the session");
  const second = new ConsolePage(await device.visit("/console/"));
  await second.button("Your state: Available").waitFor();
  await second.button("Account of David").click();
  await second.page.getByRole("menuitem", { name: "Sign out" }).click();
  for (const tab of [page, second]) await tab.page.getByText("You have signed out.").waitFor();
  await page.page.reload();
  await page.button("Sign in").waitFor();
});

scene("too many wrong passwords: the page says how long to wait", async (stage) => {
  const device = await stage.device("david");
  device.watch.allow(/the server responded with a status of 4(01|29)/);
  const page = new ConsolePage(await device.visit("/console/"));
  for (let attempt = 0; attempt < 5; ++attempt) {
    const answer = page.page.waitForResponse(/auth\/login/);
    await page.signIn("david", "wrong");
    await answer;
    await page.page.getByText("That login and password do not go together.").waitFor();
  }
  await page.signIn("david", "wrong");
  await page.page.getByText(/Too many attempts\. Please wait about \d+ minutes/).waitFor();
});

scene("a state with a reason, also in own words", async (stage) => {
  const david = await stage.agent("david");
  await david.setState("Away – Lunch");
  await david.state.click();
  await david.page.getByRole("menuitemradio", { name: "Away – other reason …" }).click();
  await david.dialog("Away").getByLabel("Reason").fill("Fire drill");
  await david.dialog("Away").getByRole("button", { name: "Set to away" }).click();
  await david.button("Your state: Away – Fire drill").waitFor();
  await david.page.reload();
  await david.button("Your state: Away – Fire drill").waitFor();
  await customers(stage, "Rosa");
  await david.setState("Available");
  await david.offer("Rosa").waitFor();
});

scene("two tabs are one agent: accepting in one ends the ringing in the other", async (stage) => {
  const david = await stage.agent("david");
  const second = await david.secondTab();
  await customers(stage, "Rosa");
  await second.offer("Rosa").waitFor();
  await david.accept("Rosa");
  await second.offer("Rosa").waitFor({ state: "detached" });
  await becomes("the chat is in both lists", () => second.chats(), ["Rosa"]);
  await second.open("Rosa");
  await second.say("From the second tab");
  await becomes("one log", () => david.shown(), [
    { who: "Rosa", text: "Rosa asks" },
    { who: "You", text: "From the second tab" },
  ]);
  assert.equal(await david.page.getByRole("img", { name: "1 of 4 places taken" }).count(), 1);
  await second.page.close();
  await david.say("From the first tab");
  await becomes("one log", async () => (await david.shown()).at(-1)?.text, "From the first tab");
});

scene("several offers and chats at once: unread, drafts, order", async (stage) => {
  const david = await stage.agent("david");
  const [rosa, omar] = await customers(stage, "Rosa", "Omar", "Yuki");
  for (const name of ["Rosa", "Omar", "Yuki"]) await david.offer(name).waitFor();
  await david.accept("Omar");
  await david.accept("Rosa");
  await david.decline("Yuki", "Not my subject");
  await becomes("the list", () => david.chats(), ["Omar", "Rosa"]);

  // What is being written to one stays with it, over reloads too.
  await david.composer.fill("A draft for Rosa");
  await david.open("Omar");
  assert.equal(await david.composer.inputValue(), "");
  await becomes("the list tells of the draft", () => david.list.getByText("Draft: A draft for Rosa").count(), 1);
  await rosa?.chat.send("Hello?");
  await rosa?.chat.send("Anybody?");
  await david.list.getByRole("img", { name: "2 unread" }).waitFor();
  await david.page.reload();
  await david.open("Rosa");
  assert.equal(await david.composer.inputValue(), "A draft for Rosa");
  await david.composer.press("Enter");
  await eventually("the customer got the draft", () =>
    rosa?.chat.log.some(({ body }) => body?.$case === "message" && body.value.text === "A draft for Rosa"),
  );
  await becomes("nothing is unread", () => david.list.getByRole("img", { name: /unread/ }).count(), 0);

  await omar?.chat.close();
  await becomes("what the customer ends leaves the list", () => david.chats(), ["Rosa"]);
});

scene(
  "an offer that nobody takes is missed, and after some the agent is set away",
  async (stage) => {
    const david = await stage.agent("david");
    await customers(stage, "Rosa");
    await david.offer("Rosa").waitFor();
    await david.page.getByRole("timer").waitFor();
    await david.offer("Rosa").waitFor({ state: "detached" });
    await david.page.getByText("You were set to away because several offers were missed.").waitFor();
    await david.button("I am back").click();
    await david.button("Your state: Available").waitFor();
    await david.accept("Rosa");
  },
  quickTenant(),
);

/** Offers end after two seconds, and one that was missed is enough. */
function quickTenant() {
  const tenant = demoTenant();
  return {
    ...tenant,
    departments: tenant.departments.map((one) => ({ ...one, offer_timeout_s: 2, decline_cooldown_s: 1, misses_until_away: 1 })),
  };
}

scene("wrap-up: where an outcome is wanted, the chat stays until there is one", async (stage) => {
  const elena = await stage.agent("elena");
  const rosa = await stage.visitor({ department: "purchase_dispute", name: "Rosa", text: "I was charged twice" });
  await elena.accept("Rosa");
  await rosa.chat.close();
  const bar = elena.page.getByRole("form", { name: "Wrap-up" });
  await bar.getByRole("button", { name: "Finish wrap-up" }).click();
  await bar.getByText("This department wants an outcome.").waitFor();
  await bar.getByRole("radio", { name: "Price matched" }).check({ force: true });
  await bar.getByRole("button", { name: "Finish wrap-up" }).click();
  await becomes("the list is empty", () => elena.chats(), []);
});

scene("transfer to a colleague and by skill", async (stage) => {
  const david = await stage.agent("david");
  await customers(stage, "Rosa");
  await david.accept("Rosa");
  const elena = await stage.agent("elena");
  await david.button("Transfer").click();
  const dialog = david.dialog("Transfer chat with Rosa");
  await dialog.getByRole("button", { name: "Transfer chat" }).click();
  await dialog.getByText("Please choose where the chat should go.").waitFor();
  await dialog.getByRole("radio", { name: "Colleague" }).check({ force: true });
  await dialog.getByRole("radio", { name: /Elena/ }).check({ force: true });
  await dialog.getByRole("button", { name: "Transfer chat" }).click();
  await becomes("david's list is empty", () => david.chats(), []);
  await elena.accept("Rosa");

  await elena.button("Transfer").click();
  const next = elena.dialog("Transfer chat with Rosa");
  await next.getByRole("radio", { name: "Skill" }).check({ force: true });
  // Only David can do this one.
  await next
    .getByLabel("Choose a skill")
    .or(next.getByLabel("Skill", { exact: true }))
    .last()
    .selectOption({ value: "order_issue-manage_cancel" });
  await next.getByRole("button", { name: "Transfer chat" }).click();
  await david.accept("Rosa");
});

scene("the newest message stays in sight, whatever becomes of the window", async (stage) => {
  const david = await stage.agent("david");
  const [rosa] = await customers(stage, LONG_NAME);
  await david.accept(LONG_NAME);
  await david.page.setViewportSize({ width: 1440, height: 900 });
  for (const [at, line] of LINES.slice(1).entries()) await (at % 2 ? david.say(line) : rosa?.chat.send(line));
  await david.note(`Known customer. ${LINES[3]}`);
  await david.say("One moment, please");
  await david.composer.fill("A draft that needs several lines on a phone but one on a desk. ".repeat(4));
  // Told by the page when it has been laid out anew: before that, the old place would pass for the new one.
  const distance = (width: number) =>
    david.log.evaluate(async (log, wanted) => {
      while (innerWidth !== wanted) await new Promise(requestAnimationFrame);
      for (let frame = 0; frame < 5; ++frame) await new Promise(requestAnimationFrame);
      return Math.round(log.scrollHeight - log.scrollTop - log.clientHeight);
    }, width);
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
    [390, 844],
    [844, 390],
    [1440, 900],
  ] as const) {
    await david.page.setViewportSize({ width, height });
    assert.ok((await distance(width)) < 8, `at ${width} by ${height} the end is in sight`);
    assert.equal(await david.button("To the end").count(), 0);
  }
});

/** Presses keys one after the other. */
async function press(agent: Agent, ...keys: string[]): Promise<void> {
  for (const key of keys) await agent.page.keyboard.press(key);
}

scene("a whole chat without a mouse", async (stage) => {
  const device = await stage.device("david");
  const david = Object.assign(new ConsolePage(await device.visit("/console/")), { device }) as Agent;
  await becomes("the first field has the focus", () => focused(david.page), "Login");
  await david.page.keyboard.type("david");
  await press(david, "Tab");
  await david.page.keyboard.type("correct-horse");
  await press(david, "Enter");
  await david.state.waitFor();
  await press(david, "s");
  await becomes("the menu of states is open", () => focused(david.page), "Available");
  await press(david, "End", "Home", "Enter");
  await david.button("Your state: Available").waitFor();

  const [rosa] = await customers(stage, "Rosa", "Omar");
  await david.offer("Omar").waitFor();
  await press(david, "a");
  await david.chat("Rosa").waitFor();
  await becomes("one can write at once", () => focused(david.page), "Message to the customer");
  await david.page.keyboard.type("Hello Rosa");
  await press(david, "Shift+Enter");
  await david.page.keyboard.type("how are you?");
  await press(david, "Enter");
  await becomes("it is sent", async () => (await david.shown()).at(-1), { who: "You", text: "Hello Rosa\nhow are you?" });
  await press(david, "Escape", "d");
  await david.offer("Omar").waitFor({ state: "detached" });

  await press(david, "n");
  await becomes("a note", () => focused(david.page), "Note for colleagues");
  await david.page.keyboard.type("She sounds friendly");
  await press(david, "Enter");
  await becomes("it is noted", async () => (await david.shown()).at(-1), { who: "You", text: "She sounds friendly [note]" });
  await press(david, "Escape", "?");
  await david.dialog("Keyboard shortcuts").waitFor();
  await press(david, "Escape", "t");
  const transfer = david.dialog("Transfer chat with Rosa");
  await transfer.waitFor();
  await becomes("the focus is in the dialog", () => transfer.evaluate((element) => element.contains(document.activeElement)), true);
  for (let step = 0; step < 25; ++step) {
    await press(david, "Tab");
    assert.ok(
      await transfer.evaluate((element) => element.contains(document.activeElement) || document.activeElement === document.body),
      "the focus does not get behind the dialog",
    );
  }
  await press(david, "Escape");
  await transfer.waitFor({ state: "detached" });

  await press(david, "c");
  await david.dialog("Close chat with Rosa").waitFor();
  await press(david, "Space");
  await press(david, "Enter");
  await becomes("the chat is closed", () => david.chats(), []);
  await eventually("for the customer too", () => rosa?.chat.ended);
});
