// SPDX-License-Identifier: Apache-2.0
// Twenty recorded dialogues between people, played through the pages themselves: four customers at once, two agents who have several
// chats each. Every text arrives once, in order, unchanged, on both sides.
import assert from "node:assert/strict";
import { becomes, eventually } from "./support/eventually";
import { readText } from "./support/repository";
import { type Agent, type Customer, scenes } from "./support/scene";

interface Dialogue {
  id: string;
  turns: [speaker: "agent" | "customer", text: string][];
}

const DIALOGUES = 20;
const CUSTOMERS = 4;

const scene = scenes();

/** An agent's page does one thing at a time. */
class Desk {
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly agent: Agent) {}

  inTurn<T>(action: (agent: Agent) => Promise<T>): Promise<T> {
    const mine = this.#last.then(() => action(this.agent));
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** The same, with this customer's chat in front. */
  with<T>(customer: string, action: (agent: Agent) => Promise<T>): Promise<T> {
    return this.inTurn(async (agent) => {
      if (!(await agent.chat(customer).isVisible())) await agent.open(customer);
      return action(agent);
    });
  }
}

function chosenDialogues(): Dialogue[] {
  const all = readText("tests/data/dialogues.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Dialogue);
  // The three of the other collection, and of the rest every third.
  return [
    ...all.filter(({ id }) => id.startsWith("abcd")),
    ...all.filter(({ id }) => !id.startsWith("abcd")).filter((_, at) => at % 3 === 0),
  ].slice(0, DIALOGUES);
}

async function accepted(desks: Desk[], name: string): Promise<Desk> {
  const desk = await eventually(`it rings for ${name}`, async () => {
    for (const each of desks) if ((await each.agent.offer(name).count()) > 0) return each;
    return undefined;
  });
  assert.ok(desk);
  await desk.inTurn((agent) => agent.accept(name));
  return desk;
}

async function play(customer: Customer, desks: Desk[], { id, turns }: Dialogue): Promise<void> {
  await customer.ask({ department: "Orders", name: id, question: `Dialogue ${id}` });
  const desk = await accepted(desks, id);
  const said = [`Dialogue ${id}`];
  for (const [at, [speaker, text]] of turns.entries()) {
    if (speaker === "customer") await customer.say(text);
    else await desk.with(id, (agent) => agent.say(text));
    said.push(text);
    // Who answers has read the other first, as people do.
    const isLast = turns[at + 1]?.[0] !== speaker;
    if (isLast) await becomes(`${id} arrives at the customer`, async () => (await customer.shown()).map(({ text }) => text), said);
    if (isLast)
      await desk.with(id, (agent) =>
        becomes(`${id} arrives at the agent`, async () => (await agent.shown()).map(({ text }) => text), said),
      );
  }
  // Also while it rings for others: offers do not lie over the chat's buttons.
  await desk.with(id, (agent) => agent.close(id, "Explained"));
  await customer.text("This chat has ended.").waitFor();
}

scene("twenty dialogues through the pages", async (stage) => {
  const dialogues = chosenDialogues();
  assert.equal(dialogues.length, DIALOGUES);
  const [david, elena] = await Promise.all([stage.agent("david"), stage.agent("elena")]);
  const desks = [new Desk(david), new Desk(elena)];
  const waiting = [...dialogues];
  const visit = async (who: string) => {
    const customer = await stage.customer(who);
    await customer.open();
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await play(customer, desks, next);
      await customer.button("Start a new chat").click();
    }
  };
  await Promise.all(Array.from({ length: CUSTOMERS }, (_, at) => visit(`customer ${at + 1}`)));
  for (const { agent } of desks) await becomes("no chat is left", () => agent.chats(), []);
});
