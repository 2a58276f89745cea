// SPDX-License-Identifier: Apache-2.0
// The agent's desk: everything that the pages show about offers, chats and the agent, and everything that they do.
import {
  type AgentClient,
  type AgentConversation,
  AgentState,
  type AgentStatus,
  type Colleague,
  type ConnectionState,
  type DepartmentInfo,
  type Event,
  LeaveReason,
  type Offer,
  OfferOutcome,
  type OfferWithdrawn,
  Role,
  type SwitchboardError,
} from "@switchboard/sdk";
import { Chat } from "./chat";
import { ServerClock } from "./clock";
import { draftOf } from "./draft";
import type { News, Notice } from "./news";
import { Store } from "./store";

/** An offer that rings. */
export interface Ringing {
  readonly offer: Offer;
  /** Server time at which the offer was first seen here. */
  readonly seenMs: number;
  /** What the agent has answered and the server has not confirmed. */
  readonly answering: "accept" | "decline" | undefined;
  readonly error: SwitchboardError | undefined;
}

type RingState = Omit<Ringing, "offer"> & { name: string };

/** How long a notice stays. */
const NOTICE_MS = 8000;

/** The desk of one signed-in agent on this page. */
export class Desk extends Store {
  readonly clock = new ServerClock();
  /** Called with everything that deserves a sound or a word. */
  onNews: (news: News) => void = () => {};
  /** Called when a chat that was accepted here is the agent's. */
  onOpen: (chatId: string) => void = () => {};
  readonly #chats = new Map<string, Chat>();
  readonly #ringing = new Map<string, RingState>();
  readonly #acceptedHere = new Set<string>();
  readonly #agentNames = new Map<string, string>();
  #notices: Notice[] = [];
  #nextNotice = 1;
  #stopped: SwitchboardError | undefined;

  constructor(readonly client: AgentClient) {
    super();
    const changed = () => this.changed();
    client.on("state", changed);
    client.on("departments", changed);
    client.on("status", changed);
    client.on("welcome", ({ serverTimeMs }) => {
      this.clock.set(serverTimeMs);
      this.changed();
    });
    client.on("stopped", (error) => {
      this.#stopped = error;
      this.changed();
    });
    client.on("offer", (offer) => this.#offered(offer));
    client.on("offerWithdrawn", (withdrawn) => this.#withdrawn(withdrawn));
    client.on("assigned", (conversation) => this.#assigned(conversation));
    client.on("consultStarted", ({ conversation, agent }) => {
      this.#agentNames.set(agent.id, agent.name);
      if (conversation.consulting) this.#asked(conversation);
      this.changed();
    });
    client.on("consultEnded", ({ conversation }) => this.#notAsked(conversation));
    client.on("released", ({ conversation, reason }) => this.#released(conversation, reason));
  }

  get connection(): ConnectionState {
    return this.client.state;
  }
  /** Why the client has stopped for good; undefined while it works. */
  get stopped(): SwitchboardError | undefined {
    return this.#stopped;
  }
  get status(): AgentStatus | undefined {
    return this.client.status;
  }
  get departments(): readonly DepartmentInfo[] {
    return this.client.departments ?? [];
  }
  /** Id of the agent; empty before the first Welcome. */
  get selfId(): string {
    return this.client.welcome?.self?.id ?? "";
  }
  get isSupervisor(): boolean {
    const role = this.client.welcome?.self?.role;
    return role === Role.SUPERVISOR || role === Role.ADMIN;
  }
  /** The longest text in bytes of UTF-8. */
  get textBytes(): number {
    return this.client.welcome?.limits?.textBytes ?? 8192;
  }
  /** The agent's chats, longest held first, and those that were released with unsent texts. */
  get chats(): readonly Chat[] {
    return [...this.#chats.values()];
  }
  /** Offers that ring, first come first. */
  get ringing(): readonly Ringing[] {
    return this.client.offers.map((offer) => ({ offer, ...this.#ringingOf(offer) }));
  }
  get notices(): readonly Notice[] {
    return this.#notices;
  }
  /** Unread messages of all chats. */
  get unread(): number {
    return this.chats.reduce((sum, chat) => sum + chat.unread, 0);
  }
  /** True while a text has not reached the server: the page should not be left. */
  get hasUnsent(): boolean {
    return this.chats.some((chat) => chat.unsent.length > 0 || chat.rejected.length > 0);
  }

  chat(id: string | undefined): Chat | undefined {
    return id === undefined ? undefined : this.#chats.get(id);
  }

  /** Name of a department; its id where it is unknown. */
  departmentName(id: string): string {
    return this.departments.find((department) => department.id === id)?.name || id;
  }

  /** Name of a colleague, as far as it was told; otherwise the id. */
  agentName(id: string): string {
    return this.#agentNames.get(id) || id;
  }

  /** Takes an offer; the chat opens when the server has confirmed it. */
  async accept(offer: Offer): Promise<void> {
    const chatId = offer.conversation?.id ?? "";
    this.#acceptedHere.add(chatId);
    await this.#answer(offer, "accept", () => this.client.accept(offer));
    // The assignment usually comes first; where another device was faster it was here already.
    if (this.#chats.has(chatId) && this.#acceptedHere.delete(chatId)) this.onOpen(chatId);
  }

  /** Passes an offer on. */
  decline(offer: Offer, reason: string): Promise<void> {
    return this.#answer(offer, "decline", () => this.client.decline(offer, reason));
  }

  /** Takes a conversation that waits; the chat opens when the server has confirmed it. Rejects with SwitchboardError. */
  async pick(chatId: string): Promise<void> {
    this.#acceptedHere.add(chatId);
    try {
      await this.client.pick(chatId);
      if (this.#chats.has(chatId) && this.#acceptedHere.delete(chatId)) this.onOpen(chatId);
    } catch (error) {
      this.#acceptedHere.delete(chatId);
      throw error;
    }
  }

  /** As pick, for where there is no place of its own for an error: it becomes a notice. */
  async tryPick(chatId: string): Promise<void> {
    await this.pick(chatId).catch((error: SwitchboardError) => this.#tell({ kind: "problem", name: "", error }));
  }

  /** Rejects with SwitchboardError. */
  async setState(state: AgentState, reason = ""): Promise<void> {
    await (state === AgentState.AVAILABLE ? this.client.available() : this.client.away(reason));
  }

  /** As setState, for where there is no place of its own for an error: it becomes a notice. */
  trySetState(state: AgentState, reason = ""): void {
    this.setState(state, reason).catch((error: SwitchboardError) => this.#tell({ kind: "problem", name: "", error }));
  }

  /** Colleagues who are online, without the agent. */
  async colleagues(): Promise<Colleague[]> {
    const colleagues = await this.client.colleagues();
    for (const { agent } of colleagues) if (agent) this.#agentNames.set(agent.id, agent.name);
    return colleagues.filter(({ agent }) => agent?.id !== this.selfId);
  }

  /** Takes a released chat off the list, its unsent texts with it. */
  dismissChat(chat: Chat): void {
    if (chat.released) this.#chats.delete(chat.id);
    draftOf(chat.id).clear();
    this.changed();
  }

  dismissNotice(id: number): void {
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
    this.changed();
  }

  #ringingOf({ id, conversation }: Offer): RingState {
    const fresh = { seenMs: this.clock.now(), answering: undefined, error: undefined, name: conversation?.customer?.name ?? "" };
    return this.#ringing.get(id) ?? fresh;
  }

  async #answer(offer: Offer, answering: "accept" | "decline", run: () => Promise<void>): Promise<void> {
    const ringing = this.#ringingOf(offer);
    this.#ringing.set(offer.id, { ...ringing, answering, error: undefined });
    this.changed();
    try {
      await run();
      this.#ringing.delete(offer.id);
    } catch (error) {
      if (this.client.offers.some(({ id }) => id === offer.id)) {
        this.#ringing.set(offer.id, { ...ringing, answering: undefined, error: error as SwitchboardError });
      }
    }
    this.changed();
  }

  #offered(offer: Offer): void {
    this.#ringing.set(offer.id, this.#ringingOf(offer));
    this.onNews({ kind: "offer", name: offer.conversation?.customer?.name ?? "" });
    this.changed();
  }

  #withdrawn({ offerId, conversationId, outcome }: OfferWithdrawn): void {
    const name = this.#ringing.get(offerId)?.name ?? "";
    this.#ringing.delete(offerId);
    if (outcome !== OfferOutcome.ACCEPTED) this.#acceptedHere.delete(conversationId);
    if (outcome === OfferOutcome.TIMED_OUT) this.#tell({ kind: "missed", name });
    if (outcome === OfferOutcome.WITHDRAWN) this.#tell({ kind: "withdrawn", name });
    this.changed();
  }

  #assigned(conversation: AgentConversation): void {
    const chat = this.#hold(conversation);
    conversation.on("event", (event) => this.#event(chat, event));
    if (this.#acceptedHere.delete(chat.id)) this.onOpen(chat.id);
    this.changed();
  }

  #hold(conversation: AgentConversation): Chat {
    const before = this.#chats.get(conversation.id);
    const chat = new Chat(conversation, () => this.changed());
    // It came back: what could not be sent then is still there to be copied.
    if (before) chat.rejected.push(...before.rejected);
    this.#chats.set(chat.id, chat);
    return chat;
  }

  #asked(conversation: AgentConversation): void {
    draftOf(conversation.id).set("note", draftOf(conversation.id).text);
    this.#tell({ kind: "asked", name: this.#hold(conversation).customerName });
  }

  // Of the colleague who was asked; it comes again if the chat was passed on.
  #notAsked(conversation: AgentConversation): void {
    const chat = this.#chats.get(conversation.id);
    if (chat?.conversation === conversation && chat.consulting) {
      chat.release();
      this.#chats.delete(chat.id);
      if (conversation.ended) this.#tell({ kind: "notAsked", name: chat.customerName });
    }
    this.changed();
  }

  #event(chat: Chat, event: Event): void {
    const fresh = event.seq > chat.readSeq && Number(event.timeMs) > this.clock.now() - 15_000;
    if (!fresh || event.body?.$case !== "message" || event.sender?.role !== Role.CUSTOMER) return;
    this.onNews({ kind: "message", chatId: chat.id, name: chat.customerName, text: event.body.value.text });
  }

  #released(conversation: AgentConversation, reason: LeaveReason): void {
    const chat = this.#chats.get(conversation.id);
    if (!chat || chat.conversation !== conversation) return;
    // Unsent texts are refused in the same turn; the promise tells it a little later.
    queueMicrotask(() => {
      chat.release();
      const kept = chat.rejected.length > 0 || draftOf(chat.id).text !== "";
      if (!kept && this.#chats.get(chat.id) === chat) this.#chats.delete(chat.id);
      const kind = reason === LeaveReason.TRANSFERRED ? "passedOn" : reason === LeaveReason.DISCONNECTED ? "lost" : "closed";
      this.#tell({ kind, name: chat.customerName });
      this.changed();
    });
  }

  #tell(news: News): void {
    const id = this.#nextNotice++;
    this.#notices = [...this.#notices, { id, news }].slice(-3);
    setTimeout(() => this.dismissNotice(id), NOTICE_MS);
    this.onNews(news);
  }
}
