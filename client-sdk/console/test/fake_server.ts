// SPDX-License-Identifier: Apache-2.0
// A server that a test plays by hand, over the JSON encoding, behind a real AgentClient.
import { AgentClient, type Transport } from "@switchboard/sdk";
import { jsonCodec } from "@switchboard/sdk/json";

/** A frame as it travels. */
export type Frame = Record<string, unknown> & { requestId?: number };

/** Lets everything that is due run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; ++turn) await new Promise((resolve) => setImmediate(resolve));
}

/** Answers Hello with Welcome and every command with what `answer` gives; `done` unless told otherwise. */
export class FakeServer {
  readonly commands: Frame[] = [];
  answer: (command: Frame) => object | undefined = () => ({ done: {} });
  #send: (text: string) => void = () => {};

  constructor(private readonly welcome: object = {}) {}

  /** A client of this server; to be started by the test. */
  client(): AgentClient {
    const transport: Transport = (_url, _subprotocol, handlers) => {
      this.#send = (text) => handlers.message(text);
      setImmediate(() => handlers.open());
      return { send: (data) => this.#received(String(data)), close: () => {} };
    };
    return new AgentClient({ url: "ws://test", site: "test", token: "token", codec: jsonCodec, transport });
  }

  /** Frames that no command asked for. */
  async push(...frames: object[]): Promise<void> {
    this.#send(JSON.stringify({ frames }));
    await settle();
  }

  #received(text: string): void {
    for (const frame of (JSON.parse(text) as { frames: Frame[] }).frames) {
      this.commands.push(frame);
      const body =
        "hello" in frame ? { welcome: { self: { role: "AGENT", id: "anna" }, heartbeatMs: 60_000, ...this.welcome } } : this.answer(frame);
      if (frame.requestId && body) setImmediate(() => this.#send(JSON.stringify({ frames: [{ replyTo: frame.requestId, ...body }] })));
    }
  }
}

/** A conversation as the wire tells it. */
export function conversation(id: string, name: string, more: object = {}): object {
  return {
    id,
    epoch: "1",
    status: "ACTIVE",
    department: "billing",
    customer: { role: "CUSTOMER", name },
    assignEpoch: "1",
    startedMs: "1000",
    ...more,
  };
}

/** An offer of a conversation. */
export function offer(id: string, conversationId: string, name: string): object {
  return {
    offer: {
      offer: {
        id,
        deadlineMs: String(Date.now() + 20_000),
        preview: "Hi",
        conversation: conversation(conversationId, name, { status: "OFFERED" }),
      },
    },
  };
}

/** A message in the log. */
export function message(conversationId: string, seq: number, text: string, from: "CUSTOMER" | "AGENT" = "CUSTOMER"): object {
  const sender = from === "CUSTOMER" ? { role: from } : { role: from, id: "anna" };
  const event = {
    seq: String(seq),
    prev: String(seq - 1),
    timeMs: String(Date.now()),
    eventId: String(seq),
    audience: "ALL",
    sender,
    message: { text },
  };
  return { event: { conversationId, event } };
}
