// SPDX-License-Identifier: Apache-2.0
// What agents and supervisors do about routing: picking, being asked, asking why.
import { AgentState, type AgentVerdict, type Colleague, type RoutingRecord } from "@switchboard/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf } from "../src/draft";
import { Polling } from "../src/polling";
import { byPresence, presenceOf } from "../src/queues/agents_panel";
import { countTexts, namesOf, recordTexts, testText } from "../src/queues/explain_words";
import { WaitingDesk } from "../src/waiting_desk";
import { conversation, FakeServer, type Frame, message, settle } from "./fake_server";
import { fakeTimeouts } from "./fake_timeouts";
import { opened } from "./opened_desk";

const named = (server: FakeServer, command: string) => server.commands.filter((frame) => command in frame).map((frame) => frame[command]);

const PULL = { id: "billing", name: "Billing", open: true, pull: true };
const waitingList = { waitingList: { conversations: [conversation("c1", "Mara", { status: "QUEUED" })], previews: ["My bill"] } };

test("a chat that is taken opens when it is the agent's", async (context) => {
  const { server, desk, open } = await opened(context);
  const picked = desk.pick("c1");
  await server.push({ conversationAssigned: { conversation: conversation("c1", "Mara") } });
  await picked;
  assert.deepEqual(named(server, "pickConversation"), [{ conversationId: "c1" }]);
  assert.deepEqual(open, ["c1"]);
  desk.client.stop();
});

test("somebody was faster: that is told, and the chat does not open later", async (context) => {
  const { server, desk, news, open } = await opened(context);
  server.answer = () => ({ error: { code: "ILLEGAL_STATE" } });
  await desk.tryPick("c1");
  assert.equal(news[0]?.kind, "problem");
  await server.push({ conversationAssigned: { conversation: conversation("c1", "Mara") } });
  assert.deepEqual(open, []);
  desk.client.stop();
});

test("waiting lists are asked for again, of pull departments, and not where that is refused", async (context) => {
  const { server, desk, pass } = await opened(context, {
    departments: [PULL, { ...PULL, id: "sales" }, { ...PULL, id: "orders", pull: false }],
  });
  const asked = () => named(server, "listWaiting").map((value) => (value as { department: string }).department);
  server.answer = (frame: Frame) =>
    (frame["listWaiting"] as { department: string }).department === "sales" ? { error: { code: "NOT_FOUND" } } : waitingList;
  const lists = new WaitingDesk(desk.client);
  lists.start();
  await settle();
  assert.deepEqual(asked(), ["billing", "sales"]);
  assert.deepEqual(
    lists.answer?.map(({ department, waiting }) => [department.id, waiting[0]?.preview]),
    [["billing", "My bill"]],
  );
  pass(3000);
  await settle();
  assert.deepEqual(asked().slice(2), ["billing"]);
  await server.push({ departmentsChanged: { departments: [{ ...PULL, id: "sales" }] } });
  assert.deepEqual(asked().slice(3), ["sales"]);
  lists.stop();
  pass(10_000);
  await settle();
  assert.equal(asked().length, 4);
  desk.client.stop();
});

test("asking again never overtakes an answer that is under way", async (context) => {
  const pass = fakeTimeouts(context);
  const answers: ((value: number) => void)[] = [];
  const polling = new Polling(() => new Promise<number>((resolve) => answers.push(resolve)), 1000);
  polling.start();
  polling.refresh();
  polling.refresh();
  assert.equal(answers.length, 1);
  answers[0]?.(1);
  await settle();
  assert.equal(polling.answer, 1);
  assert.equal(answers.length, 2, "what was asked meanwhile is asked once");
  answers[1]?.(2);
  await settle();
  pass(999);
  assert.equal(answers.length, 2);
  pass(1);
  assert.equal(answers.length, 3);
  polling.stop();
  answers[2]?.(3);
  await settle();
  assert.equal(polling.answer, 2);
});

const BEN = { role: "AGENT", id: "ben", name: "Ben" };
const ANNA = { role: "AGENT", id: "anna", name: "Anna" };
const started = (asked: object, owner: object) => ({
  consultStarted: { conversation: conversation("c1", "Mara", { agent: owner, consulted: (asked as { id: string }).id }), agent: asked },
});

test("who is asked reads along without a trace, writes notes, and may become the owner", async (context) => {
  const { server, desk, news } = await opened(context);
  await server.push(started(ANNA, BEN), message("c1", 1, "Hello"));
  const chat = desk.chat("c1");
  assert.equal(chat?.consulting, true);
  assert.deepEqual(news, [{ kind: "asked", name: "Mara" }]);
  assert.equal(draftOf("c1").kind, "note");
  chat?.markRead();
  chat?.send("note", "Looks fine");
  await settle();
  assert.deepEqual(named(server, "advanceHorizons"), []);
  assert.equal(named(server, "sendNote").length, 1);
  await server.push({ conversationAssigned: { conversation: conversation("c1", "Mara", { agent: ANNA, assignEpoch: "2" }) } });
  assert.equal(desk.chats.length, 1);
  assert.equal(desk.chat("c1")?.consulting, false);
  assert.equal(news.some(({ kind }) => kind === "notAsked"), false);
  desk.client.stop();
});

test("who is no longer asked loses the chat, the owner keeps it", async (context) => {
  const asked = await opened(context);
  await asked.server.push(started(ANNA, BEN), { consultEnded: { conversationId: "c1" } });
  assert.deepEqual(asked.desk.chats, []);
  assert.equal(asked.news.at(-1)?.kind, "notAsked");
  asked.desk.client.stop();
  const owner = await opened(context, { conversations: [conversation("c1", "Mara", { agent: ANNA })] });
  await owner.server.push(started(BEN, ANNA));
  assert.equal(owner.desk.chat("c1")?.consulting, false);
  assert.equal(owner.desk.agentName("ben"), "Ben");
  await owner.server.push({ consultEnded: { conversationId: "c1" } });
  assert.equal(owner.desk.chats.length, 1);
  owner.desk.client.stop();
});

function record(more: Partial<RoutingRecord>): RoutingRecord {
  return { best: [], strategy: "least_loaded", step: 0, preferred: 0, configVersion: 1n, routerEpoch: 1n, waitedMs: 40_000n, ...more };
}

test("how an offer came about, in words", () => {
  const nameOf = (id: string) => ({ a: "Ann", b: "Ben" })[id] ?? id;
  const best = [
    { agentId: "a", score: 0.25 },
    { agentId: "b", score: 0.5 },
  ];
  assert.deepEqual(recordTexts(record({ best, step: 1, preferred: 2 }), nameOf), [
    "Had waited for 0:40",
    "Ann (25 % busy) was the least busy",
    "Could have taken it as well: Ben (50 % busy)",
    "1 step of the ladder had been taken",
    "2 wishes were met",
  ]);
  const skilled = recordTexts(record({ best: [{ agentId: "c", score: -7 }], strategy: "most_skilled" }), nameOf);
  assert.deepEqual(skilled.slice(1), ["c (7 levels) was the most skilled", "Nobody else could have taken it"]);
  assert.deepEqual(recordTexts(record({}), nameOf), ["Had waited for 0:40"]);
  assert.equal(recordTexts(record({ best: [{ agentId: "c", score: 1 }], strategy: "coin" }), nameOf)[1], "c coin");
});

test("tests in words; one that this page does not know keeps its name", () => {
  const counts = [
    { test: "passed", agents: 0 },
    { test: "capacity", agents: 1 },
    { test: "away", agents: 3 },
    { test: "mood", agents: 2 },
  ];
  const texts = countTexts({ counts } as Parameters<typeof countTexts>[0]).map(({ text }) => text);
  assert.deepEqual(texts, ["1 has no free place", "3 are away", "2 mood"]);
  assert.equal(testText("cooldown"), "Declined or missed it a moment ago");
  assert.equal(testText("mood"), "mood");
  const verdicts = [{ agent: { id: "a", name: "Ann" } }, { agent: { id: "b", name: "" } }, {}] as AgentVerdict[];
  assert.deepEqual([...namesOf(verdicts)], [["a", "Ann"]]);
});

test("who has room comes first, then the full, then the absent", () => {
  const one = (name: string, state: AgentState, load: number): Colleague => ({
    agent: { role: 2, id: name, name },
    state,
    load,
    capacity: 3,
    departments: [],
  });
  const { AVAILABLE, AWAY } = AgentState;
  const all = [one("d", AWAY, 0), one("c", AVAILABLE, 3), one("b", AVAILABLE, 2), one("a", AVAILABLE, 0)];
  assert.deepEqual(byPresence(all).map(({ agent }) => agent?.id), ["a", "b", "c", "d"]);
  assert.deepEqual(all.map(presenceOf), ["away", "full", "free", "free"]);
});
