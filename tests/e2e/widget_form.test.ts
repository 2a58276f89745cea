// SPDX-License-Identifier: Apache-2.0
// The widget before and around a conversation: the form, who is there, the queue, the end.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { becomes } from "./support/eventually";
import { scenes } from "./support/scene";
import { demoTenant } from "./support/tenant";

const scene = scenes();

/** The demo tenant with one department closed. */
function withClosedDepartment() {
  const tenant = demoTenant();
  return { ...tenant, departments: tenant.departments.map((one) => (one.id === "shipping_issue" ? { ...one, open: false } : one)) };
}

scene(
  "the form says what is missing, and starts the chat",
  async (stage) => {
    const customer = await stage.customer();
    await customer.open();
    const department = customer.frame.getByLabel("What is it about?");
    const question = customer.frame.getByLabel("Your question");
    await customer.button("Start chat").click();
    await customer.text("Please choose what it is about.").waitFor();
    await customer.text("Please write your question first.").waitFor();
    assert.equal(await department.evaluate((element) => element === document.activeElement), true, "the first wrong field has the focus");
    assert.equal(await department.getAttribute("aria-invalid"), "true");

    const closed = department.locator("option", { hasText: "Shipping" });
    assert.equal(await closed.textContent(), "Shipping – closed");
    assert.equal(await closed.isDisabled(), true, "closed departments cannot be chosen");

    await customer.fill({ department: "Orders", name: "R".repeat(120), question: "x".repeat(16_390) });
    await customer.button("Start chat").click();
    await customer.text("That name is too long for us.").waitFor();
    await customer.text("6 characters too many. Please shorten it a little.").waitFor();
    assert.equal(await customer.text("Please choose what it is about.").count(), 0, "what is right is no longer complained about");

    await customer.frame.getByLabel("Your name").fill("Rosa Ångström 🌿");
    await question.fill("<b>Is this bold?</b> https://example.org/a?b=1 & javascript:alert(1)");
    await customer.fill({ topic: "Cancel an order" });
    await customer.button("Start chat").click();
    await becomes("the place", () => customer.place(), "You are next");
    const said = "<b>Is this bold?</b> https://example.org/a?b=1 & javascript:alert(1)";
    await becomes("text stays text", () => customer.shown(), [{ who: "You", text: said }]);
    const link = customer.log.getByRole("link");
    assert.equal(await link.count(), 1, "only real addresses are links");
    assert.equal(await link.getAttribute("href"), "https://example.org/a?b=1");
    assert.equal(await link.getAttribute("rel"), "noopener noreferrer");

    const david = await stage.agent("david");
    await david.accept("Rosa Ångström 🌿");
    await becomes("the agent reads it", () => david.shown(), [{ who: "Rosa Ångström 🌿", text: said }]);
  },
  withClosedDepartment(),
);

scene("availability is live", async (stage) => {
  const customer = await stage.customer();
  await customer.open();
  await customer.fill({ department: "Orders" });
  const states = async () => [
    ...new Set(
      await customer.frame
        .getByRole("status")
        .filter({ hasText: /Someone|Nobody/ })
        .allTextContents(),
    ),
  ];
  const [there, away] = ["Someone is here right now", "Nobody at the desk right now, you can still ask and wait"];
  const choice = () => customer.frame.locator("option", { hasText: /^Orders/ }).textContent();
  await becomes("nobody yet", states, [away]);
  const david = await stage.agent("david");
  await becomes("david is there", states, [there]);
  await becomes("the choice needs no word", choice, "Orders");
  await stage.agent("anna");
  await david.setState("Away – Lunch");
  await becomes("somebody is there, but not for orders", states, [there, away]);
  await becomes("the choice says so too", choice, "Orders – no one at the desk");
});

scene("leaving the queue", async (stage) => {
  const customer = await stage.customer();
  await customer.open();
  await customer.ask({ department: "Orders", name: "Rosa", question: "Anybody?" });
  await becomes("the place", () => customer.place(), "You are next");
  await customer.say("I can write meanwhile");
  const dialog = customer.frame.getByRole("dialog", { name: "Leave the queue?" });
  await customer.button("Leave the queue").click();
  await dialog.getByRole("button", { name: "Keep waiting" }).click();
  await dialog.waitFor({ state: "detached" });
  await becomes("the place is kept", () => customer.place(), "You are next");
  await customer.button("Leave the queue").click();
  await dialog.getByRole("button", { name: "Leave the queue" }).click();
  await customer.text("You left the queue.").waitFor();
  assert.equal(await customer.text("How was this chat?").count(), 0, "nobody to be rated");
  await customer.button("Start a new chat").click();
  await customer.button("Start chat").waitFor();
});

scene("ending, rating, transcript, and a new chat", async (stage) => {
  const elena = await stage.agent("elena");
  const customer = await stage.customer();
  await customer.open();
  await customer.ask({ department: "Prices and billing", name: "Rosa", question: "One\ntwo" });
  await elena.accept("Rosa");
  await elena.say("Three");
  await customer.text("Three").waitFor();
  await customer.end();
  await customer.text("You ended this chat.").waitFor();
  await customer.rate("Good", "Thanks 🌱");
  // This department wants an outcome, so the agent is still there.
  await becomes("the agent sees the rating", async () => (await elena.happenings()).at(-1), "Rosa gave 4 of 5. Thanks 🌱");

  const download = await customer.downloadTranscript();
  assert.equal(download.suggestedFilename(), "chat-transcript.txt");
  const lines = readFileSync(await download.path(), "utf8").split("\n");
  assert.equal(lines[0], "Chat transcript");
  assert.match(lines[1] ?? "", /^Started /);
  const said = lines
    .slice(2)
    .filter(Boolean)
    .map((line) => line.replace(/^\[[^\]]+\] /, "[time] "));
  assert.deepEqual(said.slice(1), ["[time] You: One", "    two", "* Elena joined", "[time] Elena: Three"]);

  await customer.button("Start a new chat").click();
  await customer.ask({ department: "Orders", question: "Something else" });
  await becomes("a fresh conversation", () => customer.shown(), [{ who: "You", text: "Something else" }]);
});
