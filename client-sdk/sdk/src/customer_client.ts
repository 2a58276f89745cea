// SPDX-License-Identifier: Apache-2.0
// The client of a customer: an anonymous visitor, whose token it keeps, or a customer identified by the site's JWT.
import { ChatClient, type ClientEvents, type ClientOptions, resolveToken, type TokenSource } from "./chat_client";
import { Conversation, type ConversationHost } from "./conversation";
import { browserLocks, browserStorage, type KeyValueStorage, type Locks } from "./environment";
import { CommandError, ProtocolError, type SwitchboardError } from "./errors";
import type { Hello, ServerFrame } from "./gen/json/switchboard/v1/client";
import type { Conversation as ConversationInfo } from "./gen/json/switchboard/v1/model";
import { InstanceStore } from "./instance_store";
import { expectReply } from "./replies";
import type { SavedQueue, UnsentMessage } from "./unsent_queue";

/** Options of a customer; all of their own have defaults. */
export interface CustomerOptions extends ClientOptions {
  /** The customer's identity, signed by the site. Without it: an anonymous visitor. */
  jwt?: TokenSource;
  /** An anonymous visitor's token from elsewhere; default: the one in the storage, or a new visitor. */
  visitorToken?: string;
  /** Where the visitor token and unsent messages are kept. Default: localStorage if the page may, otherwise memory. */
  storage?: KeyValueStorage;
  /** Default: Web Locks. Without locks, unsent messages do not outlive the page. */
  locks?: Locks;
}

/** What the pre-chat form asks. */
export interface StartOptions {
  department: string;
  /** One of the department's topics. */
  topic?: string;
  /** At most 100 bytes. */
  name?: string;
  /** The first message. */
  text?: string;
  /** Further requirements, for example a language: skill and least level, 1-5. */
  skills?: { name: string; level: number }[];
  /** Wishes, the most important one first, at most 4: who has them is asked first, and nobody waits for them. */
  preferred?: { name: string; level: number }[];
}

/** A conversation of the customer. */
export class CustomerConversation extends Conversation {
  /** Gives up waiting; the conversation is closed as ABANDONED at once. */
  async leaveQueue(): Promise<void> {
    await this.host.run({ $case: "leaveQueue", value: { conversationId: this.id } });
  }

  /** Ends the talk. */
  async close(): Promise<void> {
    await this.host.run({ $case: "endConversation", value: { conversationId: this.id } });
  }

  /** Possible from the end of the talk on; 1 to 5. A second rating replaces the first. Comment: at most 2,000 bytes. */
  async rate(score: number, comment = ""): Promise<void> {
    await this.host.run({ $case: "rateConversation", value: { conversationId: this.id, score, comment } });
  }
}

/** What a customer's client says. */
export interface CustomerEvents extends ClientEvents {
  /** A conversation that this client did not know: just started, or open since an earlier page. */
  conversation: CustomerConversation;
  /** The visitor's token was issued or renewed; it is in the storage already. */
  visitorToken: string;
  /** Texts of an earlier page whose conversation is over: they were not sent, and are forgotten after this. */
  leftBehind: { conversationId: string; messages: readonly UnsentMessage[] };
}

/**
 * The client of one customer. Keeps connected from start() to stop(); every conversation that is open is followed without being
 * asked for.
 */
export class CustomerClient extends ChatClient<CustomerConversation, CustomerEvents> {
  readonly #storage: KeyValueStorage;
  readonly #locks: Locks | undefined;
  readonly #jwt: TokenSource | undefined;
  #visitorToken: string;
  #store: Promise<InstanceStore> | undefined;
  #opened: InstanceStore | undefined;
  #firstText = ""; // of a StartConversation that has no answer yet

  constructor(options: CustomerOptions) {
    super(options);
    this.#storage = options.storage ?? browserStorage();
    this.#locks = options.locks ?? browserLocks();
    this.#jwt = options.jwt;
    this.#visitorToken = options.visitorToken ?? this.#storage.get(this.#tokenKey) ?? "";
  }

  /** The token that names an anonymous visitor; empty before the first Welcome, and for identified customers. */
  get visitorToken(): string {
    return this.#visitorToken;
  }

  /** The customer's open conversation. */
  get conversation(): CustomerConversation | undefined {
    return this.conversations.find((chat) => !chat.ended);
  }

  /**
   * Starts a conversation; a customer who has an open one gets that, and the text is sent there. Rejects with CommandError
   * (NOT_FOUND, INVALID_ARGUMENT, DEPARTMENT_CLOSED, ...), TimeoutError or StoppedError.
   */
  async startConversation(options: StartOptions): Promise<CustomerConversation> {
    const { department, topic = "", name = "", text = "", skills = [], preferred = [] } = options;
    // A repetition after the answer was lost finds what it started.
    const startId = 1 + Math.floor(this.random() * 0xffff_fffe);
    const value = { department, topic, name, text, skills, preferred, startId };
    this.#firstText = text;
    const reply = await this.run({ $case: "startConversation", value }).catch((error: SwitchboardError) => {
      // Refused for good: it must not go into another conversation later. After a timeout nobody knows.
      if (error instanceof CommandError) this.#firstText = "";
      throw error;
    });
    const { conversation } = expectReply(reply, "conversationOpened");
    const chat = this.chat(conversation?.id ?? "");
    if (!chat) throw new ProtocolError("ConversationOpened without a conversation");
    return chat;
  }

  protected override async credential(): Promise<Hello["credential"]> {
    if (this.#jwt !== undefined) return { $case: "customerJwt", value: await resolveToken(this.#jwt) };
    return { $case: "visitorToken", value: this.#visitorToken };
  }

  protected override async instance(): Promise<bigint> {
    this.#store ??= InstanceStore.open(this.options.site, this.#storage, this.#locks, this.random);
    this.#opened = await this.#store;
    return this.#opened.instance;
  }

  protected override create(host: ConversationHost, info: ConversationInfo): CustomerConversation {
    return new CustomerConversation(host, info, "customer", this.#opened?.saved(info.id));
  }

  protected override saveQueue(conversationId: string, queue: SavedQueue): void {
    this.#opened?.save(conversationId, queue);
  }

  protected override frame({ body }: ServerFrame): void {
    switch (body?.$case) {
      case "welcome":
        this.#keepToken(body.value.visitorToken);
        for (const info of body.value.conversations) this.#known(info, false);
        this.#reportLeftBehind();
        break;
      case "tokenIssued":
        this.#keepToken(body.value.visitorToken);
        break;
      case "conversationOpened":
        if (body.value.conversation) this.#known(body.value.conversation, !body.value.existing);
        break;
    }
  }

  // `fresh`: StartConversation made it, with its text as message 1. Anything else may have got the text already, by an attempt
  // whose answer was lost: it then stands there as number 1, and the same number with the same text changes nothing.
  #known(info: ConversationInfo, fresh: boolean): void {
    const { chat, isNew } = this.follow(info);
    const text = this.#firstText;
    this.#firstText = "";
    if (text !== "" && fresh) chat.skipNumber(1);
    else if (text !== "") chat.send(text).catch(() => {}); // the conversation says `rejected`
    if (isNew) this.emit("conversation", chat);
  }

  #reportLeftBehind(): void {
    for (const conversationId of this.#opened?.conversations() ?? []) {
      if (this.chat(conversationId)) continue;
      const messages = this.#opened?.saved(conversationId)?.messages ?? [];
      this.#opened?.save(conversationId, { next: 1, messages: [] });
      this.emit("leftBehind", { conversationId, messages });
    }
  }

  get #tokenKey(): string {
    return `switchboard:${this.options.site}:visitor`;
  }

  #keepToken(token: string): void {
    if (token === "" || token === this.#visitorToken) return;
    this.#visitorToken = token;
    try {
      this.#storage.set(this.#tokenKey, token);
    } catch {
      // Storage is full or blocked: the token lives as long as the page.
    }
    this.emit("visitorToken", token);
  }
}
