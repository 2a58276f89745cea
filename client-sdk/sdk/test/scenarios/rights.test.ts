// SPDX-License-Identifier: Apache-2.0
// Scenarios 6: several devices, rights, wrong commands. The steps stand in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { CloseCode, ErrorCode } from "../../src/codes";
import type { Command } from "../../src/connection";
import { CommandError } from "../../src/errors";
import * as wire from "../../src/gen/test/switchboard/v1/client";
import { AgentState } from "../../src/gen/test/switchboard/v1/model";
import { AgentSignIn, SignInError } from "../../src/sign_in";
import { codecs } from "../encodings";
import { Agent, agentJwt, type Customer } from "./people";
import { inBothEncodings, refusalOf, type Stage, waitUntil } from "./stage";

const UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA";

inBothEncodings("two_devices", async (stage) => {
  const [desk, phone] = [await stage.agent("anna"), await stage.agent("anna")];
  const customer = await stage.customer();
  const id = await stage.begin(customer, "billing", "invoice");
  await waitUntil("both devices ring", () => Boolean(desk.offerOf(id) && phone.offerOf(id)));
  await desk.client.accept(desk.offerOf(id)!);
  await waitUntil("both have it", () => desk.holds(id) && phone.holds(id));
  const everybody = [customer, desk, phone];
  await desk.chat(id).send("from the desk");
  await waitUntil("everybody has it", () => everybody.every((person) => person.texts(id).length === 1));
  await phone.chat(id).send("from the phone");
  await waitUntil("everybody has that", () => everybody.every((person) => person.texts(id).length === 2));
  desk.vanish();
  await customer.chat(id).send("still there?");
  await waitUntil("the phone has it", () => phone.texts(id).length === 3);
  assert.deepEqual(phone.texts(id), ["from the desk", "from the phone", "still there?"]);
  assert.equal(customer.count(id, "agentLeft"), 0);
  assert.equal(customer.count(id, "agentJoined"), 1);
});

inBothEncodings("two_tabs", async (stage) => {
  const anna = await stage.agent("anna");
  const first = await stage.customer();
  const { id } = await stage.talk(first, anna);
  const second = await stage.customer({ visitorToken: first.client.visitorToken });
  assert.equal(await stage.begin(second, "billing", "invoice"), id);
  void second.chat(id).send("from the second tab");
  void anna.chat(id).send("to both");
  await waitUntil("both tabs have both", () => first.texts(id).length === 2 && second.texts(id).length === 2);
  assert.deepEqual(first.texts(id), second.texts(id));
  assert.equal(first.stream(id).length, second.stream(id).length);
});

inBothEncodings("password_login", async (stage) => {
  const signIn = { server: stage.server.http, site: "demo", login: "anna", password: "correct-horse" };
  const session = await AgentSignIn.start(signIn);
  assert.equal(session.agent.id, "anna");
  const anna = await stage.agent("anna", false, await session.token());
  assert.equal(anna.client.welcome?.self?.id, "anna");
  const refusals: SignInError[] = [];
  for (const wrong of [{ ...signIn, password: "wrong" }, { ...signIn, login: "nobody" }]) {
    await assert.rejects(AgentSignIn.start(wrong), (error) => error instanceof SignInError && Boolean(refusals.push(error)));
  }
  assert.deepEqual(refusals.map(({ status }) => status), [401, 401]);
  assert.equal(refusals[0]?.message, refusals[1]?.message);
});

/** What a connection that does not behave is told, and how it ends. */
async function misbehave(stage: Stage, send: (string | Uint8Array)[]): Promise<{ errors: ErrorCode[]; code: number }> {
  const codec = codecs[stage.encoding];
  const errors: ErrorCode[] = [];
  const network = stage.wire();
  return new Promise((resolve) => {
    const socket = network.transport("", codec.subprotocol, {
      open: () => send.forEach((data) => socket.send(data)),
      message: (data) => codec.decode(data).forEach(({ body }) => body?.$case === "error" && errors.push(body.value.code)),
      close: (code) => resolve({ errors, code }),
    });
  });
}

inBothEncodings("wrong_commands", async (stage) => {
  const codec = codecs[stage.encoding];
  const early = codec.encode([wire.ClientFrame.create({ requestId: 1, command: { $case: "ping", value: wire.Ping.create() } })]);
  assert.equal((await misbehave(stage, [early])).code, CloseCode.PROTOCOL_ERROR);

  for (const [site, token] of [["demo", agentJwt("nobody")], ["no-such-site", agentJwt("anna")]] as const) {
    const stranger = new Agent(stage.wire(), { token });
    stranger.wire.alter = ({ command }) => command?.$case === "hello" && (command.value.siteKey = site);
    await assert.rejects(stranger.client.start(), (error) => error instanceof CommandError && error.code === ErrorCode.UNAUTHENTICATED);
    await waitUntil("it is closed", () => stranger.wire.closeCodes.length > 0);
    assert.equal(stranger.wire.closeCodes[0], CloseCode.AUTHENTICATION_FAILED);
    assert.equal(stranger.client.state, "stopped");
  }

  const { customer, agent, id } = await stage.talk();
  const say = (text: string): Command => {
    return { $case: "sendMessage", value: wire.SendMessage.create({ conversationId: id, number: 1, message: { text } }) };
  };
  assert.equal(await refusalOf(customer, say("")), ErrorCode.INVALID_ARGUMENT);
  assert.equal(await refusalOf(customer, say("x".repeat((customer.client.welcome?.limits?.textBytes ?? 0) + 1))), ErrorCode.TOO_LARGE);
  const other = await stage.customer();
  const begin = (department: string, topic = ""): Command => {
    return { $case: "startConversation", value: wire.StartConversation.create({ department, topic }) };
  };
  assert.notEqual(await refusalOf(other, begin("no-such-department")), 0);
  assert.equal(await refusalOf(other, begin("billing", "no-such-topic")), ErrorCode.INVALID_ARGUMENT);
  await customer.chat(id).send("the session lives on");
  await waitUntil("it arrives", () => agent.texts(id).length === 1);
});

/** Every command that names a conversation. */
function commandsWith(conversationId: string): Command[] {
  const message = { text: "x" };
  const owned = { conversationId, assignEpoch: 1n };
  return [
    { $case: "leaveQueue", value: wire.LeaveQueue.create({ conversationId }) },
    { $case: "endConversation", value: wire.EndConversation.create({ conversationId }) },
    { $case: "rateConversation", value: wire.RateConversation.create({ conversationId, score: 3 }) },
    { $case: "sendMessage", value: wire.SendMessage.create({ ...owned, number: 1, message }) },
    { $case: "setTyping", value: wire.SetTyping.create({ conversationId, typing: true }) },
    { $case: "advanceHorizons", value: wire.AdvanceHorizons.create({ conversationId, readSeq: 1n }) },
    { $case: "readLog", value: wire.ReadLog.create({ conversationId }) },
    { $case: "acceptOffer", value: wire.AcceptOffer.create({ conversationId, offerId: UNKNOWN }) },
    { $case: "declineOffer", value: wire.DeclineOffer.create({ conversationId, offerId: UNKNOWN }) },
    { $case: "sendNote", value: wire.SendNote.create({ ...owned, number: 1, note: message }) },
    { $case: "transferConversation", value: wire.TransferConversation.create({ ...owned, department: "sales" }) },
    { $case: "closeConversation", value: wire.CloseConversation.create(owned) },
    { $case: "finishWrapUp", value: wire.FinishWrapUp.create(owned) },
  ];
}

inBothEncodings("rights", async (stage) => {
  const { customer, agent, id } = await stage.talk();
  const strangers: (Customer | Agent)[] = [await stage.customer(), await stage.agent("carla")];
  for (const stranger of strangers) {
    const foreign = commandsWith(id);
    for (const [index, missing] of commandsWith(UNKNOWN).entries()) {
      const refusals: string[] = [];
      for (const command of [foreign[index]!, missing]) {
        const refused = (error: unknown) => error instanceof CommandError && Boolean(refusals.push(error.message));
        await assert.rejects(stranger.client.run(command), refused, missing.$case);
      }
      assert.equal(refusals[0], refusals[1], missing.$case);
    }
  }
  const state = wire.SetAgentState.create({ state: AgentState.AVAILABLE });
  assert.notEqual(await refusalOf(strangers[0]!, { $case: "setAgentState", value: state }), 0);
  const begin = wire.StartConversation.create({ department: "billing" });
  assert.notEqual(await refusalOf(strangers[1]!, { $case: "startConversation", value: begin }), 0);
  assert.equal(customer.count(id, "closed"), 0);
  assert.ok(agent.holds(id));
});

inBothEncodings("garbage", async (stage) => {
  const rubbish = stage.encoding === "json" ? "{ this is no frame" : new Uint8Array([255, 255, 255, 255, 1, 2, 3]);
  assert.equal((await misbehave(stage, [rubbish])).code, CloseCode.PROTOCOL_ERROR);
  const customer = await stage.customer();
  const hello = wire.Hello.create({ siteKey: "demo", clientInstance: 7n });
  assert.notEqual(await refusalOf(customer, { $case: "hello", value: hello }), 0);
});

inBothEncodings("health", async (stage) => {
  const customer = await stage.customer();
  for (const path of ["/livez", "/readyz"]) assert.equal((await fetch(stage.server.http + path)).status, 200, path);
  assert.match(await (await fetch(`${stage.server.http}/metrics`)).text(), /^switchboard_connections\{/m);
  assert.equal(customer.client.state, "ready");
});

inBothEncodings("late_hello", async (stage) => {
  assert.equal((await misbehave(stage, [])).code, CloseCode.HELLO_TIMEOUT);
}, ["--hello-timeout", "300ms"]);
