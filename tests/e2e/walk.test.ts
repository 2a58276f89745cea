// SPDX-License-Identifier: Apache-2.0
// The big walk: one conversation from the first question to the rating, through everything that may happen to it, with the queue
// page open all along. In the end every page shows every text once and in the same order, and no note has reached the customer.
import assert from "node:assert/strict";
import { becomes, eventually, lasting } from "./support/eventually";
import { type Agent, type Customer, scenes } from "./support/scene";
import type { QueuePage } from "./support/console_page";
import type { Shown, WidgetPage } from "./support/widget_page";
import { staffOnlyParts } from "./support/wire";

const OUTAGE_MS = 10_000;
const NOTE = "The parcel left twice. Please check what was charged.";
const FIRST = "Where is my order, and when will it arrive?";

const scene = scenes();

/** What one person's page says, with the people's names instead of "You". */
async function told(page: { shown(): Promise<Shown[]> }, self: string): Promise<string[]> {
  return (await page.shown()).map(({ who, text }) => `${who === "You" ? self : who}: ${text}`);
}

/** The supervisor's page says so; anything between is left alone. */
async function queue(
  page: QueuePage,
  department: string,
  [waiting, offered, active, wrapUp]: [number, number, number, number],
): Promise<void> {
  const columns = ["Waiting", "Offered", "Active", "Wrap-up"];
  await becomes(`the queue page: ${department}`, () => page.figures(department, ...columns), [waiting, offered, active, wrapUp]);
}

/** Three texts from each side while one side has no network; both pages agree afterwards. */
async function talkThroughOutage(cut: Customer | Agent, customer: Customer, david: Agent, label: string): Promise<void> {
  const began = Date.now();
  cut.device.gate.cut();
  for (const count of [1, 2, 3]) {
    await customer.say(`${label} ${count} of Rosa`);
    await david.say(`${label} ${count} of David`);
  }
  // What is written without a network is there, and marked.
  await eventually(
    "unsent texts are marked",
    async () => (await cut.shown()).filter(({ text }) => text.endsWith("[not sent]")).length === 3,
  );
  await cut.outage.waitFor();
  await lasting(Math.max(0, OUTAGE_MS - (Date.now() - began)));
  cut.device.gate.restore();
  await cut.outage.waitFor({ state: "detached" });
  const wanted = ["Rosa", "David"].flatMap((name) => [1, 2, 3].map((count) => `${name}: ${label} ${count} of ${name}`)).sort();
  const last = async (page: Customer | Agent, self: string) => (await told(page, self)).filter((line) => line.includes(label));
  for (const [page, self] of [
    [customer, "Rosa"],
    [david, "David"],
  ] as const) {
    await becomes(`everything has arrived at ${self}`, async () => (await last(page, self)).sort(), wanted);
  }
  await becomes(
    "both pages agree on the order",
    async () => JSON.stringify(await last(customer, "Rosa")) === JSON.stringify(await last(david, "David")),
    true,
  );
  for (const name of ["Rosa", "David"]) {
    const own = (await last(customer, "Rosa")).filter((line) => line.startsWith(name));
    assert.deepEqual(
      own,
      [1, 2, 3].map((count) => `${name}: ${label} ${count} of ${name}`),
      "each side's texts stand in the order written",
    );
  }
}

async function noteIsNowhere(customer: Customer, pages: WidgetPage[]): Promise<void> {
  for (const { page } of pages) {
    for (const frame of page.frames())
      assert.ok(!(await frame.locator("body").innerHTML()).includes(NOTE), "the note is in no page of the customer");
  }
  const { received } = customer.device.watch;
  assert.ok(
    received.some((frame) => frame.includes(FIRST)),
    "the customer's frames were looked at",
  );
  assert.deepEqual(staffOnlyParts(received), [], "nothing that is for staff came over the customer's wire");
  assert.ok(!received.some((frame) => frame.includes(NOTE)), "nor did the note's text");
}

scene("from the first question to the rating", async (stage) => {
  const mona = await stage.supervisor();
  const first = await stage.visitor({ department: "order_issue", topic: "Delivery time", text: "I was here before" });
  const customer = await stage.customer();
  await queue(mona, "Orders", [1, 0, 0, 0]);

  // Ask, and wait with a place in the queue.
  await customer.open();
  await customer.ask({ department: "Orders", topic: "Delivery time", name: "Rosa", question: FIRST });
  await becomes("the place", () => customer.place(), "You are number 2 in the queue");
  await queue(mona, "Orders", [2, 0, 0, 0]);
  await first.chat.leaveQueue();
  await becomes("the place", () => customer.place(), "You are next");
  await queue(mona, "Orders", [1, 0, 0, 0]);

  // It rings at one, who declines, and at the other, who accepts.
  const elena = await stage.agent("elena");
  await elena.offer("Rosa").waitFor();
  await queue(mona, "Orders", [0, 1, 0, 0]);
  const david = await stage.agent("david");
  assert.equal(await david.offer("Rosa").count(), 0, "it rings at one agent only");
  await elena.decline("Rosa", "Too busy right now");
  await david.offer("Rosa").waitFor();
  await queue(mona, "Orders", [0, 1, 0, 0]);
  await david.accept("Rosa");
  await queue(mona, "Orders", [0, 0, 1, 0]);
  await customer.text("David joined").waitFor();

  // Both talk.
  await david.say("Hello Rosa, I am looking for your parcel.");
  await becomes("the customer reads", () => told(customer, "Rosa"), [`Rosa: ${FIRST}`, "David: Hello Rosa, I am looking for your parcel."]);
  await customer.say("Thank you!");
  await becomes("the agent reads", async () => (await told(david, "David")).at(-1), "Rosa: Thank you!");
  await becomes("read marks come back", () => customer.lastMark(), "Read");

  // The customer reloads, and opens a second tab: the same conversation in both.
  const before = await told(customer, "Rosa");
  await customer.page.reload();
  await customer.open();
  await becomes("after the reload", () => told(customer, "Rosa"), before);
  const second = await customer.secondTab();
  await second.open();
  await becomes("in the second tab", () => told(second, "Rosa"), before);
  await second.say("Written in the second tab");
  await becomes("in the first tab", async () => (await told(customer, "Rosa")).at(-1), "Rosa: Written in the second tab");

  await talkThroughOutage(customer, customer, david, "Customer's outage");
  await talkThroughOutage(david, customer, david, "Agent's outage");
  await queue(mona, "Orders", [0, 0, 1, 0]);

  // It is passed on with a note, accepted there, closed, rated.
  await david.transferToDepartment("Rosa", "Prices and billing", NOTE);
  await elena.offer("Rosa").waitFor();
  await queue(mona, "Orders", [0, 0, 0, 0]);
  await queue(mona, "Prices and billing", [0, 1, 0, 0]);
  await customer.text("You are being passed on to Prices and billing").waitFor();
  await elena.accept("Rosa");
  await queue(mona, "Prices and billing", [0, 0, 1, 0]);
  await customer.text("Elena joined").waitFor();
  await elena.say("I have refunded the second parcel.");
  await customer.say("Wonderful, that is all.");
  await becomes("elena reads", async () => (await told(elena, "Elena")).at(-1), "Rosa: Wonderful, that is all.");
  await becomes("elena reads the note", async () => (await told(elena, "Elena")).filter((line) => line.endsWith("[note]")), [
    `David: ${NOTE} [note]`,
  ]);
  const whole = (await told(elena, "Elena")).filter((line) => !line.endsWith("[note]"));
  assert.equal(whole.length, 4 + 6 + 6 + 2);
  await elena.close("Rosa", "Refunded", "Second parcel paid back");
  await queue(mona, "Prices and billing", [0, 0, 0, 0]);
  await becomes("the agent's list is empty", () => elena.chats(), []);
  await customer.text("This chat has ended.").waitFor();
  await customer.rate("Very good", "Quick and kind");

  // 0 lost, 0 doubled, in order, in all pages; the reload and a new tab tell the same.
  assert.equal(new Set(whole).size, whole.length, "every text is there once");
  await becomes("the customer's page", () => told(customer, "Rosa"), whole);
  await becomes("the second tab", () => told(second, "Rosa"), whole);
  await noteIsNowhere(customer, [customer, second]);
  assert.ok(
    staffOnlyParts(elena.device.watch.received).some((part) => part.includes(NOTE)),
    "it is there where it belongs",
  );
});
