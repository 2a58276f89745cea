// SPDX-License-Identifier: Apache-2.0
// The client of an agent, a supervisor or a bot: state, offers, and the conversations it holds.
import { AgentConversation } from "./agent_conversation";
import { ChatClient, type ClientEvents, type ClientOptions, resolveToken, type TokenSource } from "./chat_client";
import { ErrorCode } from "./codes";
import type { ConversationHost } from "./conversation";
import { randomInstance } from "./environment";
import { refusal } from "./errors";
import type {
  AgentStatus,
  Colleague,
  ConversationReleased,
  Explanation,
  Hello,
  OfferWithdrawn,
  QueueSnapshot,
  QueuesWatched,
  ServerFrame,
  Welcome,
} from "./gen/json/switchboard/v1/client";
import { OfferOutcome } from "./gen/json/switchboard/v1/event";
import { AgentState, type Conversation as ConversationInfo, ConversationStatus, type Offer, type Participant } from "./gen/json/switchboard/v1/model";
import { QueueWatch } from "./queue_watch";
import { expectReply } from "./replies";
import type { SavedQueue } from "./unsent_queue";

/** Options of an agent. */
export interface AgentOptions extends ClientOptions {
  /** Access token of AgentSignIn, or the company's JWT. A function is asked before every connection. */
  token: TokenSource;
}

/** What an agent's client says. After a reconnect what changed meanwhile is said as if it had happened now. */
export interface AgentEvents extends ClientEvents {
  /** A conversation is offered: accept or decline it before its deadline. */
  offer: Offer;
  /** The offer is over without this device having accepted it. Outcome unspecified: it ended while the client was away. */
  offerWithdrawn: OfferWithdrawn;
  /** State, load and capacity of the agent, over all its devices. */
  status: AgentStatus;
  /** The agent owns this conversation now. */
  assigned: AgentConversation;
  /** The agent no longer owns it; `conversation` gets no further events. */
  released: { conversation: AgentConversation; reason: ConversationReleased["reason"] };
  /** This agent is asked about a colleague's conversation (`conversation.consulting`; its log follows). Who asks sees it in the log. */
  consultStarted: { conversation: AgentConversation; agent: Participant };
  /** The asking is over. Where this agent was asked, `conversation` gets no further events, unless `assigned` brings it. */
  consultEnded: { conversation: AgentConversation };
  /** What the router counts, while watched; see `watchQueues`. After a reconnect what was missed comes first, oldest first. */
  queues: QueueSnapshot;
}

/** A conversation that waits, and the customer's first text. */
export interface Waiting {
  conversation: ConversationInfo;
  preview: string;
}

/** How urgent a conversation is. */
export interface Priority {
  /** As if it had come so many seconds earlier than it did; at most 86,400. Replaces an earlier boost. */
  boostS?: number;
  /** Ahead of all that are not. */
  urgent?: boolean;
}

/**
 * The client of one agent on one device. Several devices of an agent share its state, offers and conversations. Keeps connected
 * from start() to stop().
 */
export class AgentClient extends ChatClient<AgentConversation, AgentEvents> {
  readonly #token: TokenSource;
  readonly #instance: bigint;
  readonly #offers = new Map<string, Offer>();
  // The next numbers of conversations that are, or may come back: the server remembers which were used.
  readonly #numbers = new Map<string, number>();
  readonly #queueWatch = new QueueWatch(
    (command) => this.run(command),
    (snapshot) => this.emit("queues", snapshot),
  );
  #status: AgentStatus | undefined;

  constructor(options: AgentOptions) {
    super(options);
    this.#token = options.token;
    this.#instance = randomInstance(this.random);
  }

  /** State, load and capacity as last told. */
  get status(): AgentStatus | undefined {
    return this.#status;
  }

  /** Offers that are open now. */
  get offers(): readonly Offer[] {
    return [...this.#offers.values()];
  }

  /** The agent wants offers. */
  async available(): Promise<void> {
    await this.#setState(AgentState.AVAILABLE, "");
  }

  /** The agent wants no further offers and keeps its conversations. Reason: at most 64 bytes. */
  async away(reason = ""): Promise<void> {
    await this.#setState(AgentState.AWAY, reason);
  }

  /** Resolves when the conversation is the agent's; `assigned` brings it. Rejects with ILLEGAL_STATE when the offer is over. */
  async accept(offer: Offer): Promise<void> {
    const conversationId = offer.conversation?.id ?? "";
    await this.run({ $case: "acceptOffer", value: { offerId: offer.id, conversationId } });
    this.#offers.delete(offer.id);
  }

  /** Passes the conversation on; it keeps its place. Reason: at most 64 bytes. */
  async decline(offer: Offer, reason = ""): Promise<void> {
    const conversationId = offer.conversation?.id ?? "";
    await this.run({ $case: "declineOffer", value: { offerId: offer.id, conversationId, reason } });
    this.#offers.delete(offer.id);
  }

  /** Whom a conversation could be passed to: agents that are online, at most 500. */
  async colleagues(): Promise<Colleague[]> {
    return expectReply(await this.run({ $case: "listColleagues", value: {} }), "colleagues").colleagues;
  }

  /**
   * The conversations that wait in a department, next one first, at most 20: for agents who pick there, and for supervisors. Others are
   * refused.
   */
  async listWaiting(department: string): Promise<Waiting[]> {
    const { conversations, previews } = expectReply(await this.run({ $case: "listWaiting", value: { department } }), "waitingList");
    return conversations.map((conversation, at) => ({ conversation, preview: previews[at] ?? "" }));
  }

  /**
   * Takes a conversation that waits; `assigned` brings it. Rejects with ILLEGAL_STATE when it does not wait any more, or the agent has
   * no room or is not available.
   */
  async pick(conversationId: string): Promise<void> {
    await this.run({ $case: "pickConversation", value: { conversationId } });
  }

  /** For supervisors: why a conversation waits, or who had it offered and why. Rejects with NOT_FOUND when it is not live. */
  async explain(conversationId: string): Promise<Explanation> {
    return expectReply(await this.run({ $case: "explainConversation", value: { conversationId } }), "explanation");
  }

  /** For supervisors: how urgent a conversation is from now on. */
  async setPriority(conversationId: string, { boostS = 0, urgent = false }: Priority): Promise<void> {
    await this.run({ $case: "setPriority", value: { conversationId, boostS, urgent } });
  }

  /**
   * For supervisors: true begins to watch the queues of all departments and resolves with how they are and were; `queues` tells
   * every change from then on, also over reconnects, until false ends it. Others are refused.
   */
  watchQueues(watch: boolean): Promise<QueuesWatched | undefined> {
    return this.#queueWatch.set(watch);
  }

  protected override async credential(): Promise<Hello["credential"]> {
    return { $case: "agentToken", value: await resolveToken(this.#token) };
  }

  protected override async instance(): Promise<bigint> {
    return this.#instance;
  }

  protected override create(host: ConversationHost, info: ConversationInfo): AgentConversation {
    const next = this.#numbers.get(info.id);
    return new AgentConversation(host, info, "staff", next === undefined ? undefined : { next, messages: [] });
  }

  protected override saveQueue(conversationId: string, { next }: SavedQueue): void {
    this.#numbers.set(conversationId, next);
  }

  protected override frame({ body }: ServerFrame): void {
    switch (body?.$case) {
      case "welcome":
        this.#welcomed(body.value);
        break;
      case "offer":
        if (body.value.offer) this.#offered(body.value.offer);
        break;
      case "offerWithdrawn":
        this.#offers.delete(body.value.offerId);
        this.emit("offerWithdrawn", body.value);
        break;
      case "agentStatus":
        this.#status = body.value;
        this.emit("status", body.value);
        break;
      case "conversationAssigned":
        if (body.value.conversation) this.#assigned(body.value.conversation);
        break;
      case "queuesWatched":
        this.#queueWatch.answered(body.value);
        break;
      case "queueSnapshot":
        this.#queueWatch.told(body.value);
        break;
      case "conversationReleased":
        this.#released(body.value.conversationId, body.value.reason);
        break;
      case "consultStarted":
        if (body.value.conversation && body.value.agent) this.#consultStarted(body.value.conversation, body.value.agent);
        break;
      case "consultEnded":
        this.#consultEnded(body.value.conversationId);
        break;
    }
  }

  async #setState(state: AgentState, reason: string): Promise<void> {
    await this.run({ $case: "setAgentState", value: { state, reason } });
  }

  // What changed while this client was away is told as if it had happened now.
  #welcomed(welcome: Welcome): void {
    const held = new Set(welcome.conversations.map((info) => info.id));
    for (const chat of this.conversations) {
      // Of a consult follows whether it goes on.
      if (!held.has(chat.id) && !chat.consulting) this.#released(chat.id, 0);
    }
    const open = new Set(welcome.offers.map(({ offer }) => offer?.id));
    for (const [offerId, offer] of this.#offers) {
      if (open.has(offerId)) continue;
      this.#offers.delete(offerId);
      const conversationId = offer.conversation?.id ?? "";
      this.emit("offerWithdrawn", { offerId, conversationId, outcome: OfferOutcome.OFFER_OUTCOME_UNSPECIFIED });
    }
    if (welcome.agentStatus) {
      this.#status = welcome.agentStatus;
      this.emit("status", welcome.agentStatus);
    }
    for (const info of welcome.conversations) this.#assigned(info);
    for (const { offer } of welcome.offers) if (offer) this.#offered(offer);
    this.#queueWatch.welcomed();
  }

  #offered(offer: Offer): void {
    const isNew = !this.#offers.has(offer.id);
    this.#offers.set(offer.id, offer);
    if (isNew) this.emit("offer", offer);
  }

  #assigned(info: ConversationInfo): void {
    for (const [id, offer] of this.#offers) if (offer.conversation?.id === info.id) this.#offers.delete(id);
    const { chat, isNew } = this.follow(info);
    const wasAsked = chat.consulting;
    chat.setConsulting(false);
    if (wasAsked) this.emit("consultEnded", { conversation: chat });
    if (isNew || wasAsked) this.emit("assigned", chat);
  }

  // The owner and the colleague are told alike.
  #consultStarted(info: ConversationInfo, agent: Participant): void {
    const mine = agent.id === this.welcome?.self?.id;
    if (!mine && !this.chat(info.id)) return; // passed on meanwhile
    const { chat, isNew } = this.follow(info);
    if (mine) chat.setConsulting(true);
    if (isNew || !mine) this.emit("consultStarted", { conversation: chat, agent });
  }

  #consultEnded(conversationId: string): void {
    const conversation = this.chat(conversationId);
    if (!conversation) return;
    if (conversation.consulting) {
      conversation.end(refusal(ErrorCode.STALE_ASSIGNMENT, "the colleague does not ask any more"));
      this.forget(conversation);
    }
    this.emit("consultEnded", { conversation });
  }

  #released(conversationId: string, reason: ConversationReleased["reason"]): void {
    const conversation = this.chat(conversationId);
    if (!conversation) return;
    if (conversation.consulting) return this.#consultEnded(conversationId); // while this client was away
    conversation.end(refusal(ErrorCode.STALE_ASSIGNMENT, "the conversation is no longer yours"));
    this.forget(conversation);
    if (conversation.info.status === ConversationStatus.CLOSED) this.#numbers.delete(conversationId);
    this.emit("released", { conversation, reason });
  }
}
