// SPDX-License-Identifier: Apache-2.0
// What customers and agents have in common: one connection, the conversations that live on it, and commands over it.
import { Backoff, type BackoffOptions, DEFAULT_BACKOFF } from "./backoff";
import type { Codec } from "./codec";
import { CommandRunner } from "./command_runner";
import { type Command, Connection, type ConnectionState, type Reply } from "./connection";
import type { Conversation, ConversationHost } from "./conversation";
import { systemTimers, type Timers } from "./environment";
import { SwitchboardError } from "./errors";
import { Emitter } from "./events";
import type { Hello, ResumePoint, ServerFrame, Welcome } from "./gen/json/switchboard/v1/client";
import type { Conversation as ConversationInfo, DepartmentInfo } from "./gen/json/switchboard/v1/model";
import type { SavedQueue } from "./unsent_queue";
import { type Transport, webSocketTransport } from "./transport";

/** A credential, or a function that is asked for one before every connection. */
export type TokenSource = string | (() => string | Promise<string>);

/** Options of both clients; all but `url`, `site` and `codec` have defaults. */
export interface ClientOptions {
  /** `wss://chat.example.org/v1/ws` */
  url: string;
  /** Site key of the tenant. */
  site: string;
  /** How frames travel: `jsonCodec` of `@switchboard/sdk/json` or `protobufCodec` of `@switchboard/sdk/protobuf`. */
  codec: Codec;
  /** Default: the platform's WebSocket. */
  transport?: Transport;
  /** Name and version of the program, for the server's logs; at most 64 bytes. */
  client?: string;
  /** How long a command may take, reconnects included. Default 30,000 ms. */
  commandTimeoutMs?: number;
  /** How long connecting and Hello may take. Default 10,000 ms. */
  connectTimeoutMs?: number;
  /** Delays between attempts to connect. Default 500 ms to 30 s, full jitter. */
  backoff?: BackoffOptions;
  /** For tests. */
  timers?: Timers;
  /** For tests: numbers in [0, 1). */
  random?: () => number;
}

/** What both clients say. */
export interface ClientEvents {
  /** The connection's state has changed. */
  state: ConnectionState;
  /**
   * All departments as they are now: said after every connection, and when one opened, closed, or got or lost its last available
   * agent.
   */
  departments: DepartmentInfo[];
  /** Said after every connection; the conversations are up to date or about to be. */
  welcome: Welcome;
  /** The client has stopped for good; see `mayReconnect` for why. */
  stopped: SwitchboardError;
}

const VERSION = "switchboard-sdk-ts/0.1.0";

/** What both clients can do. */
export abstract class ChatClient<Chat extends Conversation, Events extends ClientEvents> extends Emitter<Events> {
  protected readonly options: ClientOptions;
  protected readonly timers: Timers;
  protected readonly random: () => number;
  protected readonly connection: Connection;
  readonly #chats = new Map<string, Chat>();
  readonly #runner: CommandRunner;
  #departments: DepartmentInfo[] | undefined;
  #removeWakeUp = () => {};

  protected constructor(options: ClientOptions) {
    super();
    this.options = options;
    this.timers = options.timers ?? systemTimers;
    this.random = options.random ?? Math.random;
    this.connection = new Connection({
      url: options.url,
      codec: options.codec,
      transport: options.transport ?? webSocketTransport(),
      timers: this.timers,
      backoff: new Backoff(options.backoff ?? DEFAULT_BACKOFF, this.random),
      hello: () => this.#hello(),
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    });
    this.#runner = new CommandRunner(this.connection, this.timers, this.random, options.commandTimeoutMs ?? 30_000);
    this.connection.on("frame", (frame) => this.#frame(frame));
    this.connection.on("state", (state) => this.#stateChanged(state));
    this.connection.on("stopped", (error) => this.#stopped(error));
  }

  /** The state of the connection. */
  get state(): ConnectionState {
    return this.connection.state;
  }

  /** The last Welcome: limits, durability, server time. Undefined before the first one. */
  get welcome(): Welcome | undefined {
    return this.connection.welcome;
  }

  /** The departments as they are now: for customers to choose from, for staff to transfer to. Undefined before the first Welcome. */
  get departments(): DepartmentInfo[] | undefined {
    return this.#departments;
  }

  /** Conversations that this client follows; for customers also the one that has ended last. */
  get conversations(): readonly Chat[] {
    return [...this.#chats.values()];
  }

  /** Connects, and keeps connected until stop() or until the server forbids it. Resolves with the first Welcome. */
  start(): Promise<Welcome> {
    return new Promise((resolve, reject) => {
      const forget = [
        this.connection.on("frame", ({ body }) => body?.$case === "welcome" && settle(() => resolve(body.value))),
        this.connection.on("stopped", (error) => settle(() => reject(error))),
      ];
      const settle = (action: () => void) => {
        for (const remove of forget) remove();
        action();
      };
      // A network that has come back ends the waiting; a page that goes to sleep gets no such event and waits its time.
      if (typeof globalThis.addEventListener === "function") {
        const wake = () => this.connection.wake();
        globalThis.addEventListener("online", wake);
        this.#removeWakeUp = () => globalThis.removeEventListener("online", wake);
      }
      this.connection.start();
    });
  }

  /** Closes for good. What is unsent stays in the storage for the next page, if there is one; promises reject. */
  stop(): void {
    this.connection.stop();
  }

  /** The credential of Hello. */
  protected abstract credential(): Promise<Hello["credential"]>;
  /** The instance that numbers this client's messages. */
  protected abstract instance(): Promise<bigint>;
  /** A frame that is not about one conversation that exists here. Called before the conversation gets it. */
  protected abstract frame(frame: ServerFrame): void;
  protected abstract create(host: ConversationHost, info: ConversationInfo): Chat;
  protected saveQueue(_conversationId: string, _queue: SavedQueue): void {}

  /**
   * Carries out one command of the schema as it is, for what the SDK has no method for. Waits for a connection and repeats it
   * over losses and temporary refusals. Rejects with CommandError, TimeoutError or StoppedError.
   */
  run(command: Command): Promise<Reply> {
    return this.#runner.run(command);
  }

  protected chat(id: string): Chat | undefined {
    return this.#chats.get(id);
  }

  /** The conversation of this snapshot, new or updated. */
  protected follow(info: ConversationInfo): { chat: Chat; isNew: boolean } {
    const known = this.#chats.get(info.id);
    if (known && !known.ended) {
      known.update(info);
      return { chat: known, isNew: false };
    }
    for (const chat of this.conversations) if (chat.ended) this.forget(chat);
    const host: ConversationHost = {
      connection: this.connection,
      timers: this.timers,
      random: this.random,
      run: (command) => this.run(command),
      saveQueue: (id, queue) => this.saveQueue(id, queue),
    };
    const chat = this.create(host, info);
    this.#chats.set(info.id, chat);
    if (this.connection.state === "ready") chat.connected();
    return { chat, isNew: true };
  }

  protected forget(chat: Chat): void {
    if (this.#chats.get(chat.id) === chat) this.#chats.delete(chat.id);
  }

  async #hello(): Promise<Hello> {
    const [credential, clientInstance] = await Promise.all([this.credential(), this.instance()]);
    const resume = this.conversations.map((chat) => chat.resumePoint()).filter((point): point is ResumePoint => point !== undefined);
    return {
      siteKey: this.options.site,
      credential,
      clientInstance,
      resume,
      client: this.options.client ?? VERSION,
    };
  }

  #frame(frame: ServerFrame): void {
    const { body } = frame;
    if (body?.$case === "welcome" || body?.$case === "departmentsChanged") {
      this.#departments = body.value.departments;
      this.announce("departments", body.value.departments);
    }
    this.frame(frame);
    if (body?.$case === "welcome") {
      for (const chat of this.conversations) chat.connected();
      this.announce("welcome", body.value);
      return;
    }
    const id = conversationOf(body);
    if (id !== undefined && frame.replyTo === 0) this.#chats.get(id)?.handle(body);
  }

  #stateChanged(state: ConnectionState): void {
    if (state !== "ready") for (const chat of this.conversations) chat.disconnected();
    this.announce("state", state);
  }

  #stopped(error: SwitchboardError): void {
    this.#removeWakeUp();
    for (const chat of this.conversations) chat.stopped(error);
    this.announce("stopped", error);
  }

  // `Events` has at least ClientEvents; TypeScript cannot see that through the type parameter.
  private announce<Name extends keyof ClientEvents>(name: Name, value: ClientEvents[Name]): void {
    this.emit(name, value as Events[Name]);
  }
}

function conversationOf(body: Reply): string | undefined {
  if (body?.$case === "resumeGap") return body.value.snapshot?.id;
  return body && "conversationId" in body.value ? body.value.conversationId : undefined;
}

/** The token of a source, which may have to fetch it. */
export async function resolveToken(source: TokenSource): Promise<string> {
  return typeof source === "function" ? source() : source;
}
