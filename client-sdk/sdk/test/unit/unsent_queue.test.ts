// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode } from "../../src/codes";
import { CommandError, ConnectionLostError, StoppedError, type SwitchboardError } from "../../src/errors";
import { MessageAccepted } from "../../src/gen/test/switchboard/v1/client";
import { Error as WireError } from "../../src/gen/test/switchboard/v1/error";
import { type SavedQueue, type UnsentMessage, UnsentQueue } from "../../src/unsent_queue";
import { FakeTimers, settle, stateOf } from "./fakes";

function refusal(code: ErrorCode, more: { temporary?: boolean; retryAfterMs?: number; expectedNumber?: number } = {}): CommandError {
  return new CommandError(WireError.create({ code, ...more }));
}

/** A server that stores a number once and in order, as the real one does; `fault` can refuse or lose what it is given. */
class Log {
  readonly texts: string[] = [];
  readonly sent: number[] = [];
  fault: (message: UnsentMessage) => "lose before" | "lose after" | SwitchboardError | undefined = () => undefined;

  readonly sendOnce = async (message: UnsentMessage): Promise<MessageAccepted> => {
    const { number, text } = { ...message };
    this.sent.push(number);
    await Promise.resolve();
    const fault = this.fault({ ...message, number, text });
    if (fault === "lose before") throw new ConnectionLostError();
    if (fault && fault !== "lose after") throw fault;
    if (number <= this.texts.length) {
      if (this.texts[number - 1] !== text) throw refusal(ErrorCode.CONFLICT);
    } else if (number === this.texts.length + 1) {
      this.texts.push(text);
    } else {
      throw refusal(ErrorCode.OUT_OF_SEQUENCE, { expectedNumber: this.texts.length + 1 });
    }
    if (fault === "lose after") throw new ConnectionLostError();
    return MessageAccepted.create({ number, seq: BigInt(number) });
  };
}

function setUp(saved?: SavedQueue, refused?: (message: UnsentMessage) => void) {
  const log = new Log();
  const timers = new FakeTimers();
  const kept: { last?: SavedQueue } = {};
  const queue = new UnsentQueue(log.sendOnce, timers, () => 0.5, (state) => (kept.last = state), saved, refused);
  return { log, timers, queue, kept };
}

test("texts written while offline leave in order once online", async () => {
  const { log, queue } = setUp();
  const accepted = ["a", "b", "c"].map((text) => queue.push("message", text));
  assert.equal(await stateOf(accepted[0]!), "pending");
  queue.connected();
  assert.deepEqual((await Promise.all(accepted)).map(({ number }) => number), [1, 2, 3]);
  assert.deepEqual(log.texts, ["a", "b", "c"]);
  assert.equal(queue.messages.length, 0);
});

test("an answer that was lost does not double the text", async () => {
  const { log, queue } = setUp();
  log.fault = () => "lose after";
  queue.connected();
  const accepted = [queue.push("message", "a"), queue.push("message", "b")];
  await settle();
  queue.disconnected();
  log.fault = () => undefined;
  queue.connected();
  await Promise.all(accepted);
  assert.deepEqual(log.texts, ["a", "b"]);
});

test("a refused text is told, and those behind it move up", async () => {
  const { log, queue, timers } = setUp();
  log.fault = ({ text }) => (text === "bad" ? refusal(ErrorCode.TOO_LARGE) : undefined);
  queue.connected();
  const first = queue.push("message", "a");
  const bad = queue.push("message", "bad");
  const others = ["b", "c", "d"].map((text) => queue.push("message", text));
  await assert.rejects(bad, (error: CommandError) => error.code === ErrorCode.TOO_LARGE);
  await timers.advance(1000);
  assert.deepEqual((await Promise.all([first, ...others])).map(({ number }) => number), [1, 2, 3, 4]);
  assert.deepEqual(log.texts, ["a", "b", "c", "d"]);
  assert.equal((await queue.push("message", "e")).number, 5);
});

test("a refused last text gives its number back", async () => {
  const { log, queue } = setUp();
  log.fault = ({ text }) => (text === "bad" ? refusal(ErrorCode.CONVERSATION_CLOSED) : undefined);
  queue.connected();
  await assert.rejects(queue.push("message", "bad"));
  await queue.push("message", "good");
  assert.deepEqual(log.sent, [1, 1]);
});

test("a temporary refusal waits as long as the server asks, and keeps the order", async () => {
  const { log, queue, timers } = setUp();
  let refuse = true;
  log.fault = () => (refuse ? refusal(ErrorCode.RATE_LIMITED, { temporary: true, retryAfterMs: 700 }) : undefined);
  queue.connected();
  const accepted = ["a", "b"].map((text) => queue.push("message", text));
  await settle();
  refuse = false;
  await timers.advance(699);
  assert.deepEqual(log.texts, []);
  await timers.advance(1);
  await Promise.all(accepted);
  assert.deepEqual(log.texts, ["a", "b"]);
});

test("an unknown outcome keeps its number while the others are renumbered", async () => {
  const { log, queue, timers } = setUp();
  let first = true;
  log.fault = ({ text }) => {
    if (text !== "a" || !first) return undefined;
    first = false;
    return refusal(ErrorCode.UNAVAILABLE, { temporary: true });
  };
  queue.connected();
  const accepted = ["a", "b", "c"].map((text) => queue.push("message", text));
  await timers.advance(10_000);
  await Promise.all(accepted);
  assert.deepEqual(log.texts, ["a", "b", "c"]);
});

test("a text that is under way when the queue closes is refused once, and what is kept of it stays", async () => {
  const refused: string[] = [];
  const { log, queue, kept } = setUp(undefined, ({ text }) => refused.push(text));
  log.fault = () => refusal(ErrorCode.CONVERSATION_CLOSED);
  queue.connected();
  const sent = queue.push("message", "under way");
  queue.close(new StoppedError());
  await assert.rejects(sent);
  await settle();
  assert.deepEqual(refused, ["under way"]);
  assert.deepEqual(kept.last?.messages.map(({ text }) => text), ["under way"]);
});

test("a text of an earlier page that is refused now is told as well", async () => {
  const refused: string[] = [];
  const { log, queue } = setUp({ next: 3, messages: [{ kind: "message", text: "late", number: 2 }] }, ({ text }) => refused.push(text));
  log.fault = () => refusal(ErrorCode.CONVERSATION_CLOSED);
  queue.connected();
  await settle();
  assert.deepEqual(refused, ["late"]);
  assert.deepEqual(queue.messages, []);
});

test("a saved queue goes on where the page stopped", async () => {
  const before = setUp();
  before.log.fault = () => "lose after";
  before.queue.connected();
  void before.queue.push("message", "a");
  void before.queue.push("message", "b");
  await settle();
  before.queue.disconnected();
  void before.queue.push("message", "c");

  const after = setUp(before.kept.last);
  after.log.texts.push(...before.log.texts);
  after.queue.connected();
  await settle();
  assert.deepEqual(after.log.texts, ["a", "b", "c"]);
  assert.deepEqual(after.kept.last, { next: 4, messages: [] });
});

test("numbers used outside the queue are skipped", async () => {
  const { log, queue } = setUp();
  log.texts.push("first text of StartConversation");
  queue.skip(1);
  queue.connected();
  assert.equal((await queue.push("message", "second")).number, 2);
});

test("close rejects what is left and keeps what is saved", async () => {
  const { queue, kept } = setUp();
  const accepted = queue.push("message", "a");
  const saved = kept.last;
  queue.close(new ConnectionLostError());
  await assert.rejects(accepted, ConnectionLostError);
  assert.equal(kept.last, saved);
  assert.equal(saved?.messages[0]?.text, "a");
});

test("whatever is lost or refused, every text stands in the log once, in order", async () => {
  for (let seed = 1; seed <= 60; ++seed) {
    let state = seed;
    const random = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
    const { log, queue, timers } = setUp();
    let calm = false;
    log.fault = ({ text }) => {
      const dice = random();
      if (text.startsWith("refused")) return refusal(ErrorCode.TOO_LARGE);
      if (calm || dice < 0.6) return undefined;
      if (dice < 0.7) return "lose before";
      if (dice < 0.8) return "lose after";
      return refusal(ErrorCode.UNAVAILABLE, { temporary: true });
    };
    const texts = Array.from({ length: 50 }, (_, index) => (random() < 0.1 ? `refused ${index}` : `text ${index}`));
    for (const text of texts) queue.push("message", text).catch(() => {});
    for (let round = 0; round < 30; ++round) {
      queue.connected();
      await timers.advance(3000);
      queue.disconnected();
    }
    calm = true;
    queue.connected();
    await timers.advance(60_000);
    assert.deepEqual(log.texts, texts.filter((text) => text.startsWith("text")), `seed ${seed}`);
  }
});
