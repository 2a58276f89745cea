// SPDX-License-Identifier: Apache-2.0
// Both codecs say and understand the same, to the letter of the schema, and pass over what a newer server may add.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { jsonCodec } from "../../src/codec_json";
import { customerJsonCodec } from "../../src/codec_json_customer";
import { protobufCodec } from "../../src/codec_protobuf";
import { ErrorCode } from "../../src/codes";
import { ClientFrame, type DeepPartial, ServerFrame } from "../../src/gen/test/switchboard/v1/client";
import { LeaveReason } from "../../src/gen/test/switchboard/v1/event";
import { AgentState, type Conversation, ConversationStatus, Role } from "../../src/gen/test/switchboard/v1/model";
import { codecs, decodeAsServer, encodeAsServer, ENCODINGS } from "../encodings";

const LARGEST = 0xffff_ffff_ffff_ffffn;

const conversation: DeepPartial<Conversation> = {
  id: "c1",
  epoch: LARGEST,
  status: ConversationStatus.ACTIVE,
  skills: [{ name: "lang-de", level: 5 }],
  customer: { role: Role.CUSTOMER, name: "שלום 🙂" },
  headSeq: 9n,
  customerHorizons: { deliveredSeq: 9n },
  priority: -3,
};
const snapshot = { timeMs: 1_700_000_000_000n, departments: [{ id: "billing", waiting: 3, oldestMs: 5n, open: true }], agentsAvailable: 2 };

/** What a server may say, one of each shape of field. */
const told: DeepPartial<ServerFrame>[] = [
  { replyTo: 7, body: { $case: "done", value: {} } },
  { replyTo: 1, body: { $case: "welcome", value: { serverTimeMs: -1n, conversations: [conversation], features: ["x", ""] } } },
  { replyTo: 8, body: { $case: "error", value: { code: ErrorCode.RATE_LIMITED, temporary: true, retryAfterMs: 4_294_967_295 } } },
  { body: { $case: "event", value: { event: { seq: 3n, eventId: LARGEST, body: { $case: "message", value: { text: "\u0000\n\"" } } } } } },
  { body: { $case: "event", value: { conversationId: "c1", event: { body: { $case: "note", value: {} } } } } },
  { body: { $case: "conversationReleased", value: { conversationId: "c1", reason: LeaveReason.DISCONNECTED } } },
  { replyTo: 9, body: { $case: "queuesWatched", value: { current: snapshot, history: [snapshot, snapshot] } } },
  { replyTo: 10, body: { $case: "colleagues", value: { colleagues: [{ agent: {}, state: AgentState.AWAY, departments: ["x"] }] } } },
  { body: { $case: "departmentsChanged", value: { departments: [] } } },
];

/** A batch of one short frame. */
function decodeBinary(...frame: number[]): ServerFrame[] {
  return protobufCodec.decode(new Uint8Array([10, frame.length, ...frame]));
}

test("what the server tells is the same over both codecs", () => {
  const frames = told.map((frame) => ServerFrame.create(frame));
  for (const encoding of ENCODINGS) assert.deepEqual(codecs[encoding].decode(encodeAsServer(encoding, frames)), frames, encoding);
});

test("what the client says is the same over both codecs", () => {
  const hello = { siteKey: "demo", credential: { $case: "visitorToken" as const, value: "" }, clientInstance: LARGEST };
  const frames = [
    ClientFrame.create({ requestId: 1, command: { $case: "hello", value: hello } }),
    ClientFrame.create({ requestId: 2, command: { $case: "setAgentState", value: { state: AgentState.AWAY, reason: "lunch" } } }),
    ClientFrame.create({ command: { $case: "transferConversation", value: { assignEpoch: 1n, skills: [{ name: "a" }], agent: "ben" } } }),
    ClientFrame.create({ requestId: 3, command: { $case: "listColleagues", value: {} } }),
  ];
  for (const encoding of ENCODINGS) assert.deepEqual(decodeAsServer(codecs[encoding].encode(frames)), frames, encoding);
});

test("the customers' codec says and understands what concerns customers, and passes over the rest", () => {
  const staffOnly = new Set(["conversationReleased", "queuesWatched", "colleagues"]);
  for (const frame of told.map((one) => ServerFrame.create(one))) {
    const isNote = frame.body?.$case === "event" && frame.body.value.event?.body?.$case === "note";
    const [read] = customerJsonCodec.decode(encodeAsServer("json", [frame]));
    if (staffOnly.has(frame.body?.$case ?? "")) assert.deepEqual(read, ServerFrame.create({ replyTo: frame.replyTo }));
    else if (isNote) assert.equal(read?.body?.$case === "event" && read.body.value.event?.body, undefined);
    else assert.deepEqual(read, frame, frame.body?.$case);
  }
  const frames = [
    ClientFrame.create({ requestId: 1, command: { $case: "hello", value: { siteKey: "demo", clientInstance: LARGEST } } }),
    ClientFrame.create({ requestId: 2, command: { $case: "startConversation", value: { department: "a", preferred: [{ name: "b" }] } } }),
    ClientFrame.create({ requestId: 3, command: { $case: "sendMessage", value: { number: 1, message: { text: "x" } } } }),
  ];
  assert.deepEqual(decodeAsServer(customerJsonCodec.encode(frames)), frames);
});

test("the words of the wire: names and strings in JSON, defaults left out, any order of fields", () => {
  const inner = '{"note":{"text":"x"},"audience":"STAFF","eventId":"18446744073709551615","seq":"2"}';
  const text = `{"frames":[{"event":{"event":${inner},"conversationId":"c1"},"replyTo":4}]}`;
  const number = [8, 4];
  const event = [162, 1, 31, 10, 2, 99, 49, 18, 25, 9, 2, 0, 0, 0, 0, 0, 0, 0, 33, ...Array<number>(8).fill(255), 40, 2, 98, 3, 10, 1, 120];
  const note = { $case: "note" as const, value: { text: "x" } };
  const expected = ServerFrame.create({
    replyTo: 4,
    body: { $case: "event", value: { conversationId: "c1", event: { seq: 2n, eventId: LARGEST, audience: 2, body: note } } },
  });
  assert.deepEqual(jsonCodec.decode(text), [expected]);
  assert.deepEqual(decodeBinary(...number, ...event), [expected]);
  assert.deepEqual(decodeBinary(...event, ...number), [expected]);
  const ping = ClientFrame.create({ requestId: 5, command: { $case: "setTyping", value: { conversationId: "c1", typing: true } } });
  assert.equal(jsonCodec.encode([ping]), '{"frames":[{"requestId":5,"setTyping":{"conversationId":"c1","typing":true}}]}');
  assert.deepEqual([...protobufCodec.encode([ping])], [10, 11, 8, 5, 170, 1, 6, 10, 2, 99, 49, 16, 1]);
});

test("a newer server: unknown fields, bodies and enum values do not break a frame", () => {
  const json = (frame: string) => jsonCodec.decode(`{"frames":[${frame}],"checksum":5}`);
  const done = ServerFrame.create({ replyTo: 3, body: { $case: "done", value: {} } });
  assert.deepEqual(json('{"replyTo":3,"done":{"how":["fast"]},"trace":"x"}'), [done]);
  assert.deepEqual(json('{"replyTo":3,"presence":{"who":"ben"}}'), [ServerFrame.create({ replyTo: 3 })]);
  assert.deepEqual(json('{"error":{"code":"QUOTA_EXCEEDED","message":"m","temporary":true}}'), [
    ServerFrame.create({ body: { $case: "error", value: { message: "m", temporary: true } } }),
  ]);
  const empty = ServerFrame.create({ body: { $case: "event", value: {} } });
  assert.deepEqual(json('{"typing":null,"event":{"event":null,"conversationId":null}}'), [empty]);

  assert.deepEqual(decodeBinary(8, 3, 26, 2, 120, 1, 226, 63, 1, 7), [done], "a field in Done, a field in the frame");
  assert.deepEqual(decodeBinary(8, 3, 226, 63, 1, 7), [ServerFrame.create({ replyTo: 3 })]);
  const [frame] = decodeBinary(18, 2, 8, 99);
  assert.equal(frame?.body?.$case === "error" && Number(frame.body.value.code), 99);
});

test("what is no batch of frames is refused", () => {
  const wrong = [
    ...["", "{", "null", "5", '"x"', "[]", '{"frames":{}}', '{"frames":"x"}', '{"frames":[null]}', '{"frames":[5]}', '{"frames":[[]]}'],
    ...['{"frames":[{"replyTo":"x"}]}', '{"frames":[{"replyTo":true}]}', '{"frames":[{"replyTo":1.5}]}', '{"frames":[{"replyTo":{}}]}'],
    ...['{"frames":[{"done":true}]}', '{"frames":[{"welcome":"x"}]}', '{"frames":[{"error":[]}]}'],
    ...['{"frames":[{"pong":{"serverTimeMs":"x"}}]}', '{"frames":[{"log":{"events":[null]}}]}'],
  ];
  for (const text of wrong) assert.throws(() => jsonCodec.decode(text), text);
  const garbage = [[255, 255, 255], [0], [0, 1, 2], [10, 5, 8], [10, 2, 8, 255], [12], [11, 10], [10, 3, 26, 9, 1]];
  const wrongEnds = [[10, 5, 8, 4, 0, 10, 0], [10, 2, 26, 2, 10, 0]]; // what is left over, or missing, looks like a field of the batch
  for (const bytes of [...garbage, ...wrongEnds]) assert.throws(() => protobufCodec.decode(new Uint8Array(bytes)), String(bytes));
  assert.throws(() => jsonCodec.decode(new Uint8Array([10, 0])), TypeError);
  assert.throws(() => protobufCodec.decode('{"frames":[]}'), TypeError);
  assert.deepEqual(jsonCodec.decode("{}"), []);
  assert.deepEqual(protobufCodec.decode(new Uint8Array()), []);
});

test("a customer's client weighs at most 22 KB gzipped", () => {
  const repository = process.env["SWITCHBOARD_SOURCE"] ?? resolve(process.cwd());
  const bundle = readFileSync(join(repository, "client-sdk/sdk/dist/switchboard.customer.js"));
  assert.ok(gzipSync(bundle, { level: 9 }).length <= 22 * 1024);
});
