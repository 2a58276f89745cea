// SPDX-License-Identifier: Apache-2.0
// Time that stands still until a test moves it, and a server that a test plays by hand.
import type { Timers } from "../../src/environment";
import { type ClientFrame, type DeepPartial, ServerFrame, Welcome } from "../../src/gen/test/switchboard/v1/client";
import { Event } from "../../src/gen/test/switchboard/v1/event";
import type { Command } from "../../src/connection";
import type { SocketHandlers, Transport } from "../../src/transport";
import { codecs, decodeAsServer, encodeAsServer, type Encoding } from "../encodings";

/** Lets every microtask that is due run, and those that they cause. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export class FakeTimers implements Timers {
  #now = 0;
  #nextHandle = 1;
  readonly #due = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }
  set(callback: () => void, milliseconds: number): number {
    this.#due.set(this.#nextHandle, { at: this.#now + milliseconds, callback });
    return this.#nextHandle++;
  }
  clear(handle: ReturnType<typeof setTimeout> | number): void {
    this.#due.delete(handle as number);
  }
  get pending(): number {
    return this.#due.size;
  }

  /** Moves time and fires what becomes due, in order, with microtasks between. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const [handle, timer] = [...this.#due].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (handle === undefined || !timer) break;
      this.#due.delete(handle);
      this.#now = timer.at;
      timer.callback();
    }
    this.#now = end;
    await settle();
  }
}

/** A frame with a command of this kind. */
type FrameOf<Case extends Command["$case"]> = ClientFrame & { command: Extract<Command, { $case: Case }> };

/** One connection as the server sees it. */
export class FakeSocket {
  readonly received: ClientFrame[] = [];
  readonly batches: number[] = [];
  closedWith: number | undefined;

  constructor(
    readonly url: string,
    readonly subprotocol: string,
    private readonly handlers: SocketHandlers,
    private readonly encoding: Encoding,
  ) {}

  take(data: string | Uint8Array): void {
    const frames = decodeAsServer(data);
    this.received.push(...frames);
    this.batches.push(frames.length);
  }
  open(): void {
    this.handlers.open();
  }
  /** Sends frames as one WebSocket message. */
  send(...frames: DeepPartial<ServerFrame>[]): void {
    this.sendRaw(encodeAsServer(this.encoding, frames.map((frame) => ServerFrame.create(frame))));
  }
  sendRaw(data: string | Uint8Array): void {
    this.handlers.message(data);
  }
  reply(to: ClientFrame, body: DeepPartial<ServerFrame>["body"]): void {
    this.send({ replyTo: to.requestId, body });
  }
  close(code: number, reason = ""): void {
    this.handlers.close(code, reason);
  }
  /** Frames of this kind received so far. */
  all<Case extends Command["$case"]>(kind: Case): FrameOf<Case>[] {
    return this.received.filter((frame): frame is FrameOf<Case> => frame.command?.$case === kind);
  }
  last<Case extends Command["$case"]>(kind: Case): FrameOf<Case> {
    const found = this.all(kind).at(-1);
    if (!found) throw new Error(`no ${kind} was received, only ${this.received.map((frame) => frame.command?.$case).join(", ")}`);
    return found;
  }
}

export class FakeServer {
  readonly sockets: FakeSocket[] = [];

  constructor(readonly encoding: Encoding = "proto") {}

  readonly transport: Transport = (url, subprotocol, handlers) => {
    const socket = new FakeSocket(url, subprotocol, handlers, this.encoding);
    this.sockets.push(socket);
    return { send: (data) => socket.take(data), close: (code) => void (socket.closedWith ??= code) };
  };

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("nobody has connected");
    return socket;
  }

  /** Opens the newest socket and answers its Hello. */
  async welcome(welcome: DeepPartial<Welcome> = {}): Promise<FakeSocket> {
    await settle();
    this.socket.open();
    await settle();
    const hello = this.socket.last("hello");
    this.socket.reply(hello, { $case: "welcome", value: { heartbeatMs: 25_000, ...welcome } });
    await settle();
    return this.socket;
  }

  get codec() {
    return codecs[this.encoding];
  }
}

/** A message event; `prev` is the seq before it unless told. */
export function textEvent(seq: number, text = `text ${seq}`, prev = seq - 1): Event {
  return Event.create({
    seq: BigInt(seq),
    prev: BigInt(prev),
    eventId: BigInt(1000 + seq),
    body: { $case: "message", value: { text } },
  });
}

/** A promise's state after everything due has run. */
export async function stateOf(promise: Promise<unknown>): Promise<"pending" | "resolved" | "rejected"> {
  const pending = Symbol("pending");
  await settle();
  return Promise.race([promise, Promise.resolve(pending)]).then(
    (value) => (value === pending ? "pending" : "resolved"),
    () => "rejected" as const,
  );
}
