// SPDX-License-Identifier: Apache-2.0
import { ConversationStatus, type DepartmentInfo, LeaveReason, type UnsentMessage } from "@switchboard/sdk";
import { createI18n, timeFormat } from "@switchboard/ui/i18n";
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogues } from "../src/texts";
import { countUnread, type Item, stillUnsent, type Talk, timeline } from "../src/timeline";
import { transcript } from "../src/transcript";
import { ANNA, conversation, event, joined, own, OWN_INSTANCE, said } from "./fakes";

const BILLING = {
  id: "billing",
  name: "Billing",
  topics: [],
  open: true,
  staffed: true,
  full: false,
  opensMs: 0n,
  pull: false,
  dispositions: [],
  dispositionRequired: false,
  skills: [],
};
const sameDay = (a: number, b: number) => Math.floor(a / 86_400_000) === Math.floor(b / 86_400_000);
const lines = (talk: Partial<Talk>, departments: DepartmentInfo[] = []) =>
  timeline({ info: conversation(), log: [], unsent: [], rejected: [], ...talk }, departments, sameDay, 0);
const brief = (items: Item[]) =>
  items.map((item) =>
    item.kind === "message" ? `${item.own ? "me" : item.author}: ${item.text}` : item.kind === "notice" ? item.text : item.kind,
  );

test("messages, notices and days stand in the order of the log", () => {
  const items = lines({
    log: [own(1, "Hello"), joined(2), said(3, "Hi", { sender: { ...ANNA, name: "" } }), said(90_000, "Next day")],
  });
  assert.deepEqual(brief(items), ["day", "me: Hello", "notice.joined", "Anna: Hi", "day", "Anna: Next day"]);
});

test("what one person writes in a row is a group", () => {
  const items = lines({ log: [joined(1), said(2, "a"), said(3, "b"), own(4, "c"), said(500, "d")] });
  const groups = items.flatMap((item) => (item.kind === "message" ? [[item.text, item.first, item.last]] : []));
  assert.deepEqual(groups, [
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
    ["d", true, true],
  ]);
});

test("marks follow the horizons of the other side", () => {
  const info = conversation({ agentHorizons: { deliveredSeq: 2n, readSeq: 1n } });
  const items = lines({ info, log: [own(1, "a"), own(2, "b"), own(3, "c")], unsent: ["d"] });
  assert.deepEqual(
    items.flatMap((item) => (item.kind === "message" ? [item.mark] : [])),
    ["read", "delivered", "sent", "unsent"],
  );
});

test("a transfer is told once, by the department's name where it is known", () => {
  const left = event(2, { $case: "agentLeft", value: { agent: ANNA, reason: LeaveReason.TRANSFERRED } });
  const moved = event(3, { $case: "transferred", value: { fromDepartment: "orders", toDepartment: "billing", overflow: false } });
  assert.deepEqual(brief(lines({ log: [joined(1), left, moved] }, [BILLING])), ["day", "notice.joined", "notice.transferred"]);
  assert.deepEqual(brief(lines({ log: [joined(1), left, moved] })), ["day", "notice.joined", "notice.moved"]);
  const gone = event(2, { $case: "agentLeft", value: { agent: ANNA, reason: LeaveReason.DISCONNECTED } });
  assert.deepEqual(brief(lines({ log: [joined(1), gone] })), ["day", "notice.joined", "notice.left"]);
});

test("a warning asks until the customer writes or the chat is over", () => {
  const warned = event(3, { $case: "inactivityWarned", value: { closeAfterS: 60 } });
  const warning = (more: Partial<Talk>) =>
    lines({ log: [own(1, "a"), said(2, "b"), warned], ...more }).find(({ kind }) => kind === "warning");
  const active = conversation({ status: ConversationStatus.ACTIVE });
  assert.deepEqual(warning({ info: active }), { kind: "warning", key: "3", closesMs: 63_000, pending: true });
  const pending = (more: Partial<Talk>) => (warning(more) as { pending: boolean }).pending;
  assert.equal(pending({ info: active, unsent: ["here"] }), false);
  assert.equal(pending({ info: active, log: [warned, said(4, "hello?")] }), true, "only the customer can answer it");
  assert.equal(pending({ info: active, log: [warned, own(4, "here")] }), false);
  assert.equal(pending({ info: conversation({ status: ConversationStatus.CLOSED }) }), false);
});

test("unread are the other side's messages after the horizon", () => {
  const log = [own(1, "a"), joined(2), said(3, "b"), own(4, "c"), said(5, "d")];
  assert.deepEqual(
    [0n, 3n, 4n, 5n].map((read) => countUnread(log, read)),
    [2, 1, 1, 0],
  );
});

test("a text is shown once while its answer and its event are under way", () => {
  const text = (number: number, words: string): UnsentMessage => ({ kind: "message", number, text: words });
  const unsent = [text(1, "a"), text(2, "b"), text(0, "c")];
  assert.deepEqual(stillUnsent(unsent, [], undefined), ["a", "b", "c"]);
  assert.deepEqual(stillUnsent(unsent, [own(1, "a", 1)], OWN_INSTANCE), ["b", "c"]);
  assert.deepEqual(stillUnsent(unsent, [own(1, "a", 1)], undefined), ["b", "c"]);
  assert.deepEqual(stillUnsent(unsent, [own(1, "a", 1)], 99n), ["a", "b", "c"], "another page's message with the same number");
});

test("the transcript has what was said and who said it", () => {
  const i18n = createI18n(catalogues, ["en-GB"]);
  const items = lines({ log: [own(1, "Hello\nthere"), joined(2), said(3, "Hi")], unsent: ["not yet"] });
  const times = timeFormat("en-GB", "UTC");
  const [day, at] = [times.day(1000, 0), times.clock(1000)];
  const expected = [
    "Chat transcript",
    `Started ${times.full(0)}`,
    "",
    day,
    `[${at}] You: Hello`,
    "    there",
    "* Anna joined",
    `[${at}] Anna: Hi`,
    "",
  ];
  assert.equal(transcript(items, 0, i18n, times), expected.join("\n"));
});
