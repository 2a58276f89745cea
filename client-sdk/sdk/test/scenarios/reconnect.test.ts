// SPDX-License-Identifier: Apache-2.0
// Scenarios 3: reconnecting. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { join } from "node:path";
import { CloseCode } from "../../src/codes";
import type { ResumePoint } from "../../src/gen/test/switchboard/v1/client";
import { Wire } from "./people";
import { ServerProcess } from "./server";
import { fingerprints, inBothEncodings, waitUntil } from "./stage";

inBothEncodings("resume_customer", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await stage.sayAndHear(talk, "before");
  customer.wire.held = true;
  customer.wire.cut();
  await Promise.all([...["one", "two", "three"].map((text) => agent.chat(id).send(text)), agent.chat(id).sendNote("gone?")]);
  customer.wire.held = false;
  await waitUntil("the customer has it", () => customer.texts(id).length === 5);
  assert.deepEqual(customer.texts(id), ["before (customer)", "before (agent)", "one", "two", "three"]);
  assert.deepEqual(customer.notes(id), []);
  assert.equal(customer.resets, 0);
  assert.equal(customer.welcomes.length, 2);
  await stage.sayAndHear(talk, "after");
});

inBothEncodings("resume_agent", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await stage.sayAndHear(talk, "before");
  agent.wire.held = true;
  agent.wire.cut();
  await Promise.all(["one", "two", "three"].map((text) => customer.chat(id).send(text)));
  agent.wire.held = false;
  await waitUntil("anna has it", () => agent.texts(id).length === 5);
  assert.deepEqual(agent.texts(id), ["before (customer)", "before (agent)", "one", "two", "three"]);
  assert.equal(agent.resets, 0);
  assert.ok(agent.holds(id));
  assert.deepEqual(agent.assigned, [id], "she was never told twice");
  await stage.sayAndHear(talk, "after");
});

inBothEncodings("unsent_queue", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  customer.wire.held = true;
  customer.wire.cut();
  const said = ["1", "2", "3", "4", "5"];
  const accepted = said.map((text) => customer.chat(id).send(text));
  assert.equal(customer.chat(id).unsent.length, 5);
  customer.wire.held = false;
  await Promise.all(accepted);
  await waitUntil("both see them", () => agent.texts(id).length >= 5 && customer.texts(id).length >= 5);
  assert.deepEqual(agent.texts(id), said);
  assert.deepEqual(customer.texts(id), said);
  assert.equal(customer.chat(id).unsent.length, 0);
});

inBothEncodings("resume_over_restart", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await stage.sayAndHear(talk, "before");
  const welcomes = [customer.welcomes.length, agent.welcomes.length] as const;
  await stage.server.end("SIGKILL");
  await waitUntil("both notice", () => customer.client.state !== "ready" && agent.client.state !== "ready");
  const accepted = customer.chat(id).send("are you there?");
  await stage.server.launch();
  await waitUntil("both are back", () => customer.welcomes.length > welcomes[0] && agent.welcomes.length > welcomes[1], 60_000);
  await accepted;
  await waitUntil("what was written meanwhile arrives", () => agent.texts(id).length === 3);
  await stage.sayAndHear(talk, "after");
  assert.deepEqual(customer.texts(id), ["before (customer)", "before (agent)", "are you there?", "after (customer)", "after (agent)"]);
  assert.deepEqual(fingerprints(agent.stream(id)).filter((line) => line.endsWith(" message")),
    fingerprints(customer.stream(id)).filter((line) => line.endsWith(" message")));
  assert.equal(customer.resets + agent.resets, 0);
});

inBothEncodings("resume_over_redis_kill", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await stage.sayAndHear(talk, "before");
  const redis = stage.server.redisPid();
  assert.ok(redis > 0);
  process.kill(redis, "SIGKILL");
  await waitUntil("another Redis runs", () => ![0, redis].includes(stage.server.redisPid()), 30_000);
  await customer.chat(id).send("still there?");
  await waitUntil("it arrives", () => agent.texts(id).length === 3, 30_000);
  await stage.sayAndHear(talk, "after");
  assert.deepEqual(agent.texts(id), customer.texts(id));
  assert.equal(agent.texts(id).length, 5);
});

inBothEncodings("resume_on_second_node", async (stage) => {
  const shared = ["--redis-url", `unix://${stage.server.redisSocket}`, "--token-secret-file", join(stage.server.dataDirectory, "secret")];
  const second = await ServerProcess.start(shared);
  try {
    const wire = new Wire(second.url, stage.encoding);
    const customer = await stage.customer({}, wire);
    const talk = await stage.talk(customer, await stage.agent("anna"));
    await stage.sayAndHear(talk, "across");
    wire.url = stage.server.url;
    await second.end("SIGKILL");
    await waitUntil("he is on the other one", () => customer.welcomes.length === 2);
    await stage.sayAndHear(talk, "together");
    assert.deepEqual(customer.texts(talk.id), talk.agent.texts(talk.id));
    assert.equal(customer.texts(talk.id).length, 4);
    assert.equal(customer.resets, 0);
  } finally {
    await second.dispose();
  }
});

inBothEncodings("resume_gap", async (stage) => {
  const talk = await stage.talk();
  const { customer, id } = talk;
  await stage.sayAndHear(talk, "before");
  const known = fingerprints(customer.stream(id));
  const first = customer.stream(id)[0]!;
  const wrong: ((point: ResumePoint) => void)[] = [
    (point) => (point.epoch += 1n),
    (point) => (point.seq += 100n),
    (point) => (point.eventId = first.eventId),
  ];
  for (const [round, spoil] of wrong.entries()) {
    customer.wire.alter = ({ command }) => {
      if (command?.$case === "hello") command.value.resume.forEach(spoil);
    };
    customer.wire.cut();
    await waitUntil("the gap is told", () => customer.resets === round + 1);
    await waitUntil("the whole log follows", () => customer.stream(id).length === known.length);
    assert.deepEqual(fingerprints(customer.stream(id)), known);
  }
  customer.wire.alter = undefined;
  await stage.sayAndHear(talk, "after");
});

inBothEncodings("waiting_over_restart", async (stage) => {
  const [first, second] = [await stage.customer(), await stage.customer()];
  const one = await stage.begin(first, "billing", "invoice");
  await waitUntil("place 1", () => first.position(one) === 1);
  const two = await stage.begin(second, "billing", "invoice");
  await waitUntil("place 2", () => second.position(two) === 2);
  const told: string[] = [];
  await stage.server.end("SIGKILL");
  await waitUntil("both notice", () => first.client.state !== "ready" && second.client.state !== "ready");
  first.chat(one).on("position", ({ position }) => told.push(`first ${position}`));
  second.chat(two).on("position", ({ position }) => told.push(`second ${position}`));
  await stage.server.launch();
  await waitUntil("both wait as before", () => told.includes("first 1") && told.includes("second 2"), 60_000);
  // Ben has room for one: whom he is offered is who came first.
  const ben = await stage.agent("ben");
  await waitUntil("ben is asked", () => ben.offers.length > 0, 30_000);
  assert.equal(ben.offers[0]?.conversation?.id, one);
});

inBothEncodings("graceful_restart", async (stage) => {
  const talk = await stage.talk();
  const { customer, agent, id } = talk;
  await stage.sayAndHear(talk, "before");
  await stage.server.end("SIGTERM");
  await waitUntil("both are sent away", () => customer.wire.closeCodes.length > 0 && agent.wire.closeCodes.length > 0);
  assert.equal(customer.wire.closeCodes[0], CloseCode.SERVICE_RESTART);
  assert.equal(agent.wire.closeCodes[0], CloseCode.SERVICE_RESTART);
  await stage.server.launch();
  await waitUntil("both are back", () => customer.client.state === "ready" && agent.client.state === "ready", 60_000);
  await stage.sayAndHear(talk, "after");
  assert.deepEqual(agent.texts(id), customer.texts(id));
  assert.equal(agent.texts(id).length, 4);
});

inBothEncodings("new_process_reads_history", async (stage) => {
  const talk = await stage.talk();
  const { customer, id } = talk;
  await stage.sayAndHear(talk, "before");
  const known = fingerprints(customer.stream(id));
  const reborn = await stage.customer({ visitorToken: customer.client.visitorToken });
  assert.deepEqual(reborn.welcomes[0]?.conversations.map((info) => info.id), [id]);
  await waitUntil("the log", () => reborn.stream(id).length >= known.length);
  assert.deepEqual(fingerprints(reborn.stream(id)), known);
  assert.equal(reborn.client.conversation?.id, id);
});
