// SPDX-License-Identifier: Apache-2.0
// Customers and agents of a scenario: an SDK client each, a network that can be cut, and all that they were told.
import { createHmac } from "node:crypto";
import WebSocket from "ws";
import { AgentClient, type AgentOptions } from "../../src/agent_client";
import type { AgentConversation } from "../../src/agent_conversation";
import type { ClientOptions } from "../../src/chat_client";
import type { Conversation } from "../../src/conversation";
import { CustomerClient, type CustomerConversation, type CustomerOptions } from "../../src/customer_client";
import { memoryStorage } from "../../src/environment";
import {
  type AgentStatus,
  type ClientFrame,
  type HorizonsAdvanced,
  type OfferWithdrawn,
  type Typing,
  type Welcome,
} from "../../src/gen/test/switchboard/v1/client";
import type { Event, LeaveReason, OfferOutcome } from "../../src/gen/test/switchboard/v1/event";
import type { Offer } from "../../src/gen/test/switchboard/v1/model";
import { type Transport, webSocketTransport } from "../../src/transport";
import { codecs, decodeAsServer, type Encoding } from "../encodings";

/** The network between one client and the server. */
export class Wire {
  /** While true every attempt to connect fails. */
  held = false;
  /** May change what the client sends. */
  alter: ((frame: ClientFrame) => void) | undefined;
  readonly closeCodes: number[] = [];
  readonly #sockets = new Set<WebSocket>();

  constructor(
    public url: string,
    readonly encoding: Encoding,
  ) {}

  readonly transport: Transport = (_url, subprotocol, handlers) => {
    if (this.held) {
      setImmediate(() => handlers.close(1006, "held"));
      return { send: () => {}, close: () => {} };
    }
    const sockets = this.#sockets;
    class Tracked extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        sockets.add(this);
        this.on("close", () => sockets.delete(this));
      }
    }
    const closed = (code: number, reason: string) => {
      this.closeCodes.push(code);
      handlers.close(code, reason);
    };
    const socket = webSocketTransport(Tracked)(this.url, subprotocol, { ...handlers, close: closed });
    return { ...socket, send: (data) => socket.send(this.#altered(data)) };
  };

  /** As if the cable was pulled. */
  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #altered(data: string | Uint8Array): string | Uint8Array {
    if (!this.alter) return data;
    const frames = decodeAsServer(data);
    frames.forEach(this.alter);
    return codecs[this.encoding].encode(frames);
  }
}

/** What both kinds of people have. */
abstract class Person<Chat extends Conversation> {
  readonly welcomes: Welcome[] = [];
  readonly typing: Typing[] = [];
  readonly horizons: HorizonsAdvanced[] = [];
  resets = 0;
  /** Conversations by id; of one that came back the newest. */
  readonly chats = new Map<string, Chat>();

  constructor(readonly wire: Wire) {}

  protected keep(chat: Chat): void {
    this.chats.set(chat.id, chat);
    chat.on("typing", (typing) => this.typing.push(typing));
    chat.on("horizons", (horizons) => this.horizons.push(horizons));
    chat.on("reset", () => ++this.resets);
  }

  chat(id: string): Chat {
    const chat = this.chats.get(id);
    if (!chat) throw new Error(`no conversation ${id}`);
    return chat;
  }
  stream(id: string): readonly Event[] {
    return this.chats.get(id)?.log ?? [];
  }
  texts(id: string): string[] {
    return this.stream(id).flatMap(({ body }) => (body?.$case === "message" ? [body.value.text] : []));
  }
  notes(id: string): string[] {
    return this.stream(id).flatMap(({ body }) => (body?.$case === "note" ? [body.value.text] : []));
  }
  count(id: string, kind: NonNullable<Event["body"]>["$case"]): number {
    return this.stream(id).filter(({ body }) => body?.$case === kind).length;
  }
  /** Leaves for good without a word. */
  abstract vanish(): void;
}

export class Customer extends Person<CustomerConversation> {
  readonly client: CustomerClient;

  constructor(wire: Wire, options: Partial<CustomerOptions>) {
    super(wire);
    this.client = new CustomerClient({ ...common(wire), storage: memoryStorage(), ...options });
    this.client.on("welcome", (welcome) => this.welcomes.push(welcome));
    this.client.on("conversation", (chat) => this.keep(chat));
  }

  position(id: string): number {
    return this.chats.get(id)?.position?.position ?? 0;
  }
  vanish(): void {
    this.wire.held = true;
    this.wire.cut();
    this.client.stop();
  }
}

export class Agent extends Person<AgentConversation> {
  readonly client: AgentClient;
  readonly offers: Offer[] = [];
  readonly withdrawn: OfferWithdrawn[] = [];
  readonly statuses: AgentStatus[] = [];
  readonly assigned: string[] = [];
  readonly released: { id: string; reason: LeaveReason }[] = [];
  readonly consults: string[] = [];
  readonly consultsEnded: string[] = [];

  constructor(wire: Wire, options: Pick<AgentOptions, "token">) {
    super(wire);
    this.client = new AgentClient({ ...common(wire), ...options });
    this.client.on("welcome", (welcome) => this.welcomes.push(welcome));
    this.client.on("offer", (offer) => this.offers.push(offer));
    this.client.on("offerWithdrawn", (withdrawn) => this.withdrawn.push(withdrawn));
    this.client.on("status", (status) => this.statuses.push(status));
    this.client.on("assigned", (chat) => {
      this.assigned.push(chat.id);
      this.keep(chat);
    });
    this.client.on("consultStarted", ({ conversation }) => {
      this.consults.push(conversation.id);
      this.keep(conversation);
    });
    this.client.on("consultEnded", ({ conversation }) => this.consultsEnded.push(conversation.id));
    this.client.on("released", ({ conversation, reason }) => this.released.push({ id: conversation.id, reason }));
  }

  offersOf(id: string): Offer[] {
    return this.offers.filter((offer) => offer.conversation?.id === id);
  }
  offerOf(id: string): Offer | undefined {
    return this.offersOf(id).at(-1);
  }
  wasWithdrawn(id: string, outcome: OfferOutcome): boolean {
    return this.withdrawn.some((one) => one.conversationId === id && one.outcome === outcome);
  }
  holds(id: string): boolean {
    return this.client.conversations.some((chat) => chat.id === id && !chat.ended);
  }
  get load(): number {
    return this.client.status?.load ?? 0;
  }
  vanish(): void {
    this.wire.held = true;
    this.wire.cut();
    this.client.stop();
  }
}

function common({ url, encoding, transport }: Wire): ClientOptions {
  return { url, site: "demo", codec: codecs[encoding], transport, backoff: { baseMs: 50, capMs: 500 }, client: "scenario" };
}

/** The company's own token for an agent. */
export function agentJwt(login: string): string {
  return jwt(login, "scenario-agent-secret-0123456789abcdef");
}

function jwt(subject: string, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "scenario", aud: "switchboard", sub: subject, iat: now, exp: now + 3600 };
  const signed = `${part({ alg: "HS256", typ: "JWT", kid: "scenario" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
