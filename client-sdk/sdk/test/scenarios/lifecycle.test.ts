// SPDX-License-Identifier: Apache-2.0
// Scenarios 4: transfer, end, records. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { ErrorCode } from "../../src/codes";
import { hasCode } from "../../src/errors";
import { SendMessage } from "../../src/gen/test/switchboard/v1/client";
import { LeaveReason } from "../../src/gen/test/switchboard/v1/event";
import { Event } from "../../src/gen/protobuf/switchboard/v1/event";
import { ClosedReason, ConversationStatus } from "../../src/gen/test/switchboard/v1/model";
import type { Customer } from "./people";
import { inBothEncodings, refusalOf, waitUntil } from "./stage";

inBothEncodings("transfer_with_note", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  const carla = await stage.agent("carla");
  await customer.chat(id).send("I want to order too");
  await waitUntil("anna reads it", () => agent.texts(id).length === 1);
  const assignEpoch = agent.chat(id).info.assignEpoch;
  await agent.chat(id).transfer({ department: "sales", topic: "order", note: "wants the blue one" });
  await waitUntil("anna is released", () => !agent.holds(id));
  assert.deepEqual(agent.released, [{ id, reason: LeaveReason.TRANSFERRED }]);
  await stage.accept(carla, id);
  await waitUntil("carla has the whole log", () => carla.count(id, "transferred") === 1 && carla.count(id, "agentJoined") === 2);
  assert.equal(carla.stream(id)[0]?.seq, 1n);
  assert.deepEqual(carla.notes(id), ["wants the blue one"]);
  assert.deepEqual(carla.texts(id), ["I want to order too"]);
  await waitUntil("the customer sees her", () => customer.count(id, "agentJoined") === 2);
  assert.deepEqual(customer.notes(id), []);
  const left = customer.stream(id).find(({ body }) => body?.$case === "agentLeft")?.body;
  assert.equal(left?.$case === "agentLeft" && left.value.reason, LeaveReason.TRANSFERRED);
  const moved = customer.stream(id).find(({ body }) => body?.$case === "transferred")?.body;
  assert.ok(moved?.$case === "transferred" && moved.value.fromDepartment === "billing" && moved.value.toDepartment === "sales");
  assert.equal(customer.chat(id).info.department, "sales");
  const value = SendMessage.create({ conversationId: id, number: 1, message: { text: "too late" }, assignEpoch });
  const refusals: ErrorCode[] = [ErrorCode.STALE_ASSIGNMENT, ErrorCode.NOT_FOUND];
  assert.ok(refusals.includes(await refusalOf(agent, { $case: "sendMessage", value })));
  await assert.rejects(agent.chat(id).send("too late"), (error) => hasCode(error, ErrorCode.STALE_ASSIGNMENT));
});

inBothEncodings("close_with_disposition", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await agent.chat(id).send("bye");
  await waitUntil("it arrives", () => customer.texts(id).length === 1);
  await agent.chat(id).close({ disposition: "solved" });
  await stage.closed(talk);
  assert.equal(customer.chat(id).info.closedReason, ClosedReason.RESOLVED);
  const recorded = agent.stream(id).find(({ body }) => body?.$case === "dispositionRecorded")?.body;
  assert.equal(recorded?.$case === "dispositionRecorded" && recorded.value.code, "solved");
  assert.equal(customer.count(id, "dispositionRecorded"), 0);
  assert.equal(customer.chat(id).holesRepaired, 0);
  await assert.rejects(customer.chat(id).send("one more thing"), (error) => hasCode(error, ErrorCode.CONVERSATION_CLOSED));
  await waitUntil("her slot is free", () => agent.load === 0);
});

inBothEncodings("wrap_up", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await agent.chat(id).close();
  await waitUntil("both see the wrap-up", () => customer.count(id, "wrapUpStarted") === 1 && agent.count(id, "wrapUpStarted") === 1);
  assert.equal(agent.chat(id).info.status, ConversationStatus.WRAP_UP);
  assert.equal(agent.load, 1);
  assert.ok(agent.holds(id));
  await assert.rejects(customer.chat(id).send("one more thing"), (error) => hasCode(error, ErrorCode.CONVERSATION_CLOSED));
  await agent.chat(id).finishWrapUp({ disposition: "called back" });
  await stage.closed(talk);
  await waitUntil("her slot is free", () => agent.load === 0);
});

inBothEncodings("rating", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await agent.chat(id).close({ disposition: "solved" });
  await stage.closed(talk);
  await customer.chat(id).rate(5, "quick and kind");
  await customer.chat(id).rate(4);
  for (const score of [0, 6]) await assert.rejects(customer.chat(id).rate(score), (error) => hasCode(error, ErrorCode.INVALID_ARGUMENT));
});

inBothEncodings("customer_ends", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  assert.equal(agent.load, 1);
  await customer.chat(id).close();
  const isEnd = ({ body }: Event) =>
    (body?.$case === "closed" || body?.$case === "wrapUpStarted") && body.value.reason === ClosedReason.ENDED_BY_CUSTOMER;
  const ended = (person: Pick<Customer, "stream">) => person.stream(id).some(isEnd);
  await waitUntil("both see the end", () => ended(customer) && ended(agent));
  await waitUntil("her slot is free", () => agent.load === 0);
});

inBothEncodings("archived", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await customer.chat(id).send("hello");
  await agent.chat(id).sendNote("only for us");
  await agent.chat(id).close({ disposition: "solved" });
  await stage.closed(talk);
  await customer.chat(id).rate(5, "thanks");
  const record = async () => (await stage.server.askArchive("SELECT * FROM conversations WHERE id = ?", id))[0];
  await waitUntil("it is in the archive", async () => (await record().catch(() => undefined))?.["rating"] === 5);
  const row = await record();
  assert.deepEqual([row?.["reason"], row?.["disposition"]], ["resolved", "solved"]);
  const rows = await stage.server.askArchive("SELECT bytes FROM events WHERE conversation = ? ORDER BY seq", String(row?.["row"]));
  const events = rows.map(({ bytes }) => Event.decode(Buffer.from(String(bytes), "base64")));
  assert.deepEqual(events.map(({ seq }) => Number(seq)), events.map((_, index) => index + 1));
  const texts = events.flatMap(({ body }) => (body?.$case === "message" || body?.$case === "note" ? [body.value.text] : []));
  assert.deepEqual(texts, ["hello", "only for us"]);
  const keys = (await stage.server.askRedis(`KEYS *${id}*`)).split("\r\n").filter((line) => line.includes(id));
  assert.ok(keys.length > 0);
  for (const key of keys) assert.match(await stage.server.askRedis(`TTL ${key}`), /^:[1-9]/, key);
});

inBothEncodings("start_again_after_close", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  assert.equal((await customer.client.startConversation({ department: "sales" })).id, id);
  await agent.chat(id).close({ disposition: "solved" });
  await stage.closed(talk);
  const again = await customer.client.startConversation({ department: "sales" });
  assert.notEqual(again.id, id);
  assert.equal(again.info.department, "sales");
  assert.equal(customer.client.conversation, again);
});
