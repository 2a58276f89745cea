// SPDX-License-Identifier: Apache-2.0
// One client's way to the server: connects, says Hello, keeps alive, reconnects with back-off, and stops when told to.
// It knows frames, not conversations.
import { Backoff } from "./backoff";
import { type Codec, encodeWithin } from "./codec";
import { CloseCode, mayReconnect } from "./codes";
import type { Timers } from "./environment";
import { CommandError, ConnectionLostError, StoppedError, SwitchboardError } from "./errors";
import { Emitter } from "./events";
import type { ClientFrame, Hello, ServerFrame, Welcome } from "./gen/json/switchboard/v1/client";
import { Heartbeat } from "./heartbeat";
import type { Socket, Transport } from "./transport";

/**
 * `idle`: not started. `connecting`: socket and Hello under way. `ready`: welcomed. `waiting`: will connect again by itself.
 * `stopped`: for good.
 */
export type ConnectionState = "idle" | "connecting" | "ready" | "waiting" | "stopped";

/** One command of the schema: the oneof of ClientFrame. */
export type Command = NonNullable<ClientFrame["command"]>;
/** What a ServerFrame carries: the oneof of its body; undefined when this schema does not know it. */
export type Reply = ServerFrame["body"];

export interface ConnectionOptions {
  url: string;
  codec: Codec;
  transport: Transport;
  timers: Timers;
  backoff: Backoff;
  /** Called for every connection; may fetch a fresh token. A rejection counts as a failed attempt, or stops when not temporary. */
  hello: () => Promise<Hello>;
  connectTimeoutMs: number;
}

export interface ConnectionEvents {
  state: ConnectionState;
  /** Every frame, answers included, in the order received; Welcome comes first. */
  frame: ServerFrame;
  /** The end: nothing follows. */
  stopped: SwitchboardError;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: SwitchboardError): void;
}

/** A connection that lasted so long was a good one: the next loss starts with a short delay again. */
const STABLE_AFTER_MS = 5000;
const HELLO_REQUEST = 1;

export class Connection extends Emitter<ConnectionEvents> {
  #state: ConnectionState = "idle";
  #socket: Socket | undefined;
  #life = 0; // raised by every attempt and loss: late callbacks of an older socket are recognised by it
  #welcome: Welcome | undefined;
  #readySince = 0;
  #nextRequest = HELLO_REQUEST + 1;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: ClientFrame[] = [];
  #reconnectAfterMs: number | undefined;
  #cancelTimer: () => void = () => {};
  readonly #heartbeat: Heartbeat;

  constructor(private readonly options: ConnectionOptions) {
    super();
    this.#heartbeat = new Heartbeat(
      options.timers,
      () => this.#push({ $case: "ping", value: {} }, this.#nextRequest++),
      () => this.drop("the server went silent"),
    );
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The last Welcome; its limits hold for this connection. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** Begins to connect. Without effect when begun or stopped. */
  start(): void {
    if (this.#state === "idle") this.#connect();
  }

  /** Closes for good. Answers still awaited reject with StoppedError. */
  stop(): void {
    this.#flush();
    this.#end(new StoppedError());
  }

  /** Does not wait any longer for the next attempt; for example because the network is back. */
  wake(): void {
    if (this.#state === "waiting") this.#connect();
  }

  /** Gives up this socket and connects again after the usual delay. */
  drop(reason: string): void {
    if (this.#state !== "ready" && this.#state !== "connecting") return;
    const socket = this.#socket;
    this.#lose(new ConnectionLostError(reason));
    socket?.close(CloseCode.NORMAL, "");
  }

  /** Sends a command on this connection; rejects with CommandError or ConnectionLostError. Never repeats it. */
  request(command: Command): Promise<Reply> {
    if (this.#state !== "ready") return Promise.reject(new ConnectionLostError("not connected"));
    const requestId = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(requestId, { resolve, reject });
      this.#push(command, requestId);
    });
  }

  /** Sends a command that wants no answer. False: not connected, nothing was sent. */
  notify(command: Command): boolean {
    if (this.#state !== "ready") return false;
    this.#push(command, 0);
    return true;
  }

  // Frames of one turn travel in one WebSocket message.
  #push(command: Command, requestId: number): void {
    this.#outgoing.push({ requestId, command });
    if (this.#outgoing.length > 1) return;
    const life = this.#life;
    queueMicrotask(() => {
      if (life === this.#life) this.#flush();
    });
  }

  #flush(): void {
    const frames = this.#outgoing;
    this.#outgoing = [];
    if (!this.#socket || frames.length === 0) return;
    for (const message of encodeWithin(this.options.codec, frames, this.#welcome?.limits?.frameBytes ?? 0)) this.#socket.send(message);
    this.#heartbeat.sent();
  }

  #connect(): void {
    this.#cancelTimer();
    const life = ++this.#life;
    this.#setState("connecting");
    this.#after(this.options.connectTimeoutMs, () => this.drop("no welcome in time"));
    this.options.hello().then(
      (hello) => life === this.#life && this.#open(life, hello),
      (error: unknown) => {
        if (life !== this.#life) return;
        this.#refused(error instanceof SwitchboardError ? error : new ConnectionLostError(String(error)));
      },
    );
  }

  #open(life: number, hello: Hello): void {
    const current = (callback: () => void) => life === this.#life && callback();
    try {
      this.#socket = this.options.transport(this.options.url, this.options.codec.subprotocol, {
        open: () => current(() => this.#push({ $case: "hello", value: hello }, HELLO_REQUEST)),
        message: (data) => current(() => this.#receive(data)),
        close: (code, reason) => current(() => this.#closed(code, reason)),
      });
    } catch (error) {
      // An address that cannot be opened (wrong scheme, mixed content) will not become right by itself.
      this.#end(new StoppedError(0, String(error)));
    }
  }

  #receive(data: string | Uint8Array): void {
    let frames: ServerFrame[];
    try {
      frames = this.options.codec.decode(data);
    } catch {
      this.drop("a message that cannot be decoded");
      return;
    }
    this.#heartbeat.received();
    const life = this.#life;
    for (const frame of frames) {
      // A listener may stop or drop the connection in the middle of a batch.
      if (life === this.#life) this.#handle(frame);
    }
  }

  #handle(frame: ServerFrame): void {
    const { body } = frame;
    if (frame.replyTo === HELLO_REQUEST && this.#state === "connecting") {
      if (body?.$case === "error") return this.#refused(new CommandError(body.value));
      if (body?.$case === "welcome") this.#welcomed(body.value);
    }
    if (body?.$case === "goAway") this.#reconnectAfterMs = body.value.reconnectAfterMs;
    this.emit("frame", frame);
    const waiting = this.#waiting.get(frame.replyTo);
    if (!waiting) return;
    this.#waiting.delete(frame.replyTo);
    if (body?.$case === "error") waiting.reject(new CommandError(body.value));
    else waiting.resolve(body);
  }

  #welcomed(welcome: Welcome): void {
    this.#cancelTimer();
    this.#welcome = welcome;
    this.#readySince = this.options.timers.now();
    this.#heartbeat.start(welcome.heartbeatMs);
    this.#setState("ready");
  }

  #refused(error: SwitchboardError): void {
    if (!error.temporary) return this.#end(error);
    if (error instanceof CommandError && error.retryAfterMs > 0) this.#reconnectAfterMs = error.retryAfterMs;
    this.drop(error.message);
  }

  #closed(code: number, reason: string): void {
    if (mayReconnect(code)) this.#lose(new ConnectionLostError());
    else this.#end(new StoppedError(code, reason));
  }

  #lose(error: SwitchboardError): void {
    const { timers, backoff } = this.options;
    if (this.#state === "ready" && timers.now() - this.#readySince >= STABLE_AFTER_MS) backoff.reset();
    this.#disconnect(error);
    const delay = this.#reconnectAfterMs ?? backoff.next();
    this.#reconnectAfterMs = undefined;
    this.#setState("waiting");
    if (this.#state === "waiting") this.#after(delay, () => this.#connect());
  }

  #end(error: SwitchboardError): void {
    if (this.#state === "stopped") return;
    const socket = this.#socket;
    this.#disconnect(error);
    this.#setState("stopped");
    socket?.close(CloseCode.NORMAL, "");
    this.emit("stopped", error);
  }

  #disconnect(error: SwitchboardError): void {
    ++this.#life;
    this.#cancelTimer();
    this.#heartbeat.stop();
    this.#socket = undefined;
    this.#outgoing = [];
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }

  #after(milliseconds: number, callback: () => void): void {
    const handle = this.options.timers.set(callback, milliseconds);
    this.#cancelTimer = () => this.options.timers.clear(handle);
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }
}
