// SPDX-License-Identifier: Apache-2.0
// One conversation of the customer and what the SDK leaves to its user: texts that were refused, who is typing, what has been read.
import { type CustomerConversation, ErrorCode, type Event, hasCode, type Participant, Role, StoppedError } from "@switchboard/sdk";
import type { ChatView } from "./state";
import { countUnread, isFromStaff, isOver, type Rejected, stillUnsent } from "./timeline";
import { type WaitRange, waitRange } from "./wait";

/** What a follower tells its store. */
export interface FollowerListener {
  /** The view or the unread count may be different now. */
  changed(): void;
  /** The other side wrote something while this page was there. */
  heard(): void;
  /** The talk is over, and it was not when this page came to it. */
  ended(): void;
  /** The client stopped before this text was sent. */
  leftOver(text: string): void;
}

const TYPING_MS = 6000;

/** Follows one conversation until close(). */
export class ChatFollower {
  #rejected: Rejected[] = [];
  #nextRejected = 1;
  #accepted: { seq: bigint; text: string }[] = []; // in the log already, but not here yet
  #instance: bigint | undefined;
  #typing: Participant | undefined;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #wait: WaitRange | undefined;
  #readHere = 0n;
  #over: boolean;
  readonly #headAtStart: bigint;
  readonly #forget: (() => void)[];

  constructor(
    readonly chat: CustomerConversation,
    private readonly listener: FollowerListener,
  ) {
    this.#over = isOver(chat.info);
    this.#headAtStart = chat.info.headSeq;
    const changed = () => listener.changed();
    this.#forget = [
      chat.on("event", (event) => this.#event(event)),
      chat.on("typing", ({ participant, typing }) =>
        this.#setTyping(typing && participant?.role !== Role.CUSTOMER ? participant : undefined),
      ),
      chat.on("rejected", ({ message, error }) => {
        if (error instanceof StoppedError) listener.leftOver(message.text);
        else this.#reject(message.text, hasCode(error, ErrorCode.CONVERSATION_CLOSED));
      }),
      chat.on("position", ({ estimate }) => {
        this.#wait = estimate && waitRange(estimate, this.#wait);
        changed();
      }),
      chat.on("reset", () => {
        this.#readHere = 0n;
        this.#accepted = [];
        changed();
      }),
      ...(["horizons", "ended"] as const).map((name) => chat.on(name, changed)),
    ];
  }

  /** The conversation as it is now. */
  view(): ChatView {
    const { chat } = this;
    const last = chat.log.at(-1)?.seq ?? 0n;
    this.#accepted = this.#accepted.filter(({ seq }) => seq > last);
    const unsent = [...this.#accepted.map(({ text }) => text), ...stillUnsent(chat.unsent, chat.log, this.#instance)];
    const { info, log, position } = chat;
    return {
      id: chat.id,
      info,
      log: [...log],
      unsent,
      rejected: this.#rejected,
      position: position?.position ?? 0,
      wait: position && this.#wait,
      typing: this.#typing,
    };
  }

  /** Messages that nobody has read, in this tab or another. */
  get unread(): number {
    const read = this.chat.info.customerHorizons?.readSeq ?? 0n;
    return countUnread(this.chat.log, read > this.#readHere ? read : this.#readHere);
  }

  /** Sends a text. What becomes of it shows in the view. */
  send(text: string): void {
    const { chat } = this;
    chat.setTyping(false);
    chat.send(text).then(
      ({ seq }) => {
        this.#accepted.push({ seq, text });
        this.#learnInstance(chat.log.find((event) => event.seq === seq));
        this.listener.changed();
      },
      () => {}, // told by `rejected`
    );
    this.listener.changed();
  }

  /** Sends a refused text once more. */
  retry(id: number): void {
    const text = this.#rejected.find((each) => each.id === id)?.text;
    this.discard(id);
    if (text !== undefined) this.send(text);
  }

  /** Forgets a refused text. */
  discard(id: number): void {
    this.#rejected = this.#rejected.filter((each) => each.id !== id);
    this.listener.changed();
  }

  /** Tells the server how far the log has come: to this page, or before the customer's eyes. */
  mark(seen: boolean): void {
    const head = this.chat.log.at(-1)?.seq ?? 0n;
    if (head === 0n) return;
    if (seen) this.#readHere = head;
    if (this.chat.ended) return;
    if (seen) this.chat.markRead(head);
    else this.chat.markDelivered(head);
  }

  /** Nothing is told any more. */
  close(): void {
    for (const forget of this.#forget) forget();
    clearTimeout(this.#typingTimer);
  }

  #event(event: Event): void {
    const own = this.#accepted.find(({ seq }) => seq === event.seq);
    if (own) this.#learnInstance(event);
    if (isFromStaff(event)) {
      this.#setTyping(undefined);
      if (event.seq > this.#headAtStart) this.listener.heard();
    }
    if (isOver(this.chat.info) && !this.#over) {
      this.#over = true;
      this.#setTyping(undefined);
      this.listener.ended();
    }
    this.listener.changed();
  }

  #learnInstance(event: Event | undefined): void {
    if (event) this.#instance = event.clientInstance;
  }

  #setTyping(participant: Participant | undefined): void {
    clearTimeout(this.#typingTimer);
    this.#typing = participant;
    if (participant) this.#typingTimer = setTimeout(() => this.#setTyping(undefined), TYPING_MS);
    this.listener.changed();
  }

  #reject(text: string, closed: boolean): void {
    this.#rejected = [...this.#rejected, { id: this.#nextRejected++, text, closed }];
    this.listener.changed();
  }
}
