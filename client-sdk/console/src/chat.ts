// SPDX-License-Identifier: Apache-2.0
// One chat as the desk shows it: the SDK's conversation, and what is worth knowing at a glance.
import {
  type AgentConversation,
  type ConversationInfo,
  ConversationStatus,
  type Event,
  type MessageKind,
  Role,
  type SwitchboardError,
  type UnsentMessage,
} from "@switchboard/sdk";

/** A text that the server refused for good. It stays visible until the agent decides about it. */
export interface RejectedText {
  readonly id: number;
  readonly kind: MessageKind;
  readonly text: string;
  readonly error: SwitchboardError;
}

/** The newest text of a chat. */
export interface LastText {
  readonly text: string;
  readonly ms: number;
  readonly kind: MessageKind;
  readonly role: Role;
  readonly senderId: string;
}

/** Typing expires by itself after 6 s; a little later here, so that a renewal in time does not flicker. */
const TYPING_MS = 6500;

let nextRejected = 1;

/** A chat of the agent. `changed` is called whenever something of it would be shown differently. */
export class Chat {
  readonly rejected: RejectedText[] = [];
  /** A colleague owns it and asks about it: to be read, and to write notes in. */
  readonly consulting: boolean;
  #readSeq = 0n;
  #typing = new Map<string, ReturnType<typeof setTimeout>>();
  #released = false;
  readonly #forget: (() => void)[];

  constructor(
    readonly conversation: AgentConversation,
    private readonly changed: () => void,
  ) {
    this.consulting = conversation.consulting;
    this.#forget = [
      conversation.on("event", (event) => this.#received(event)),
      conversation.on("reset", () => {
        this.#readSeq = 0n;
        changed();
      }),
      conversation.on("horizons", () => changed()),
      conversation.on("typing", ({ participant, typing }) =>
        this.#setTyping(participant?.role === Role.CUSTOMER ? "" : participant?.name || "?", typing),
      ),
      conversation.on("rejected", ({ message, error }) => {
        this.rejected.push({ id: nextRejected++, kind: message.kind, text: message.text, error });
        changed();
      }),
    ];
  }

  get id(): string {
    return this.conversation.id;
  }
  get info(): ConversationInfo {
    return this.conversation.info;
  }
  /** Name of the customer; empty when there is none. */
  get customerName(): string {
    return this.info.customer?.name ?? "";
  }
  get inWrapUp(): boolean {
    return this.info.status === ConversationStatus.WRAP_UP;
  }
  /** It is not the agent's any more, and only kept because of texts that were not sent. */
  get released(): boolean {
    return this.#released;
  }
  /** Who is typing; an empty name stands for the customer. */
  get typing(): readonly string[] {
    return [...this.#typing.keys()];
  }
  /** Seq of the last event that some device of the agent's side has read. */
  get readSeq(): bigint {
    const told = this.info.agentHorizons?.readSeq ?? 0n;
    return told > this.#readSeq ? told : this.#readSeq;
  }
  /** What is on its way and not in the log yet. The log may be faster than the acknowledgement: nothing is shown twice. */
  get unsent(): readonly UnsentMessage[] {
    return stillUnsent(this.conversation.unsent, this.conversation.log);
  }
  /** Customer's messages that nobody of the agent's side has read. */
  get unread(): number {
    return countUnread(this.conversation.log, this.readSeq);
  }
  /** Server time of the customer's last message that nobody has answered; undefined: nobody waits. */
  get waitingSince(): number | undefined {
    return this.inWrapUp || this.consulting ? undefined : waitingSince(this.conversation.log);
  }
  get lastText(): LastText | undefined {
    return lastText(this.conversation.log);
  }

  /** Sends a text, or a note for colleagues. What the server refuses appears in `rejected`. */
  send(kind: MessageKind, text: string): void {
    const sent = kind === "note" ? this.conversation.sendNote(text) : this.conversation.send(text);
    sent.then(this.changed, this.changed);
    this.changed();
  }

  /** Takes a refused text off the list. */
  dismiss(id: number): void {
    const at = this.rejected.findIndex((one) => one.id === id);
    if (at >= 0) this.rejected.splice(at, 1);
    this.changed();
  }

  /** The agent sees the whole log now. */
  markRead(): void {
    const last = this.conversation.log.at(-1);
    if (!last || last.seq <= this.readSeq) return;
    this.#readSeq = last.seq;
    if (!this.consulting) this.conversation.markRead(last.seq);
    this.changed();
  }

  /** No event follows. */
  release(): void {
    this.#released = true;
    for (const forget of this.#forget) forget();
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
  }

  #received(event: Event): void {
    // How far the agent's side has come is told by the owner.
    if (!this.consulting) this.conversation.markDelivered(event.seq);
    if (event.body?.$case === "message") this.#setTyping(event.sender?.role === Role.CUSTOMER ? "" : event.sender?.name || "?", false);
    this.changed();
  }

  #setTyping(name: string, typing: boolean): void {
    clearTimeout(this.#typing.get(name));
    const was = this.#typing.delete(name);
    if (typing)
      this.#typing.set(
        name,
        setTimeout(() => this.#setTyping(name, false), TYPING_MS),
      );
    if (was !== typing) this.changed();
  }
}

/** Entries of the log in which an acknowledgement that is still on its way can be looked for. */
const RECENT = 64;

/** Those of `unsent` that do not stand in the log yet. */
export function stillUnsent(unsent: readonly UnsentMessage[], log: readonly Event[]): readonly UnsentMessage[] {
  if (unsent.length === 0) return unsent;
  const recent = log.slice(-RECENT);
  return unsent.filter(
    ({ kind, number, text }) => number === 0 || !recent.some((event) => event.number === number && textOf(event, kind) === text),
  );
}

function textOf({ body, sender }: Event, kind: MessageKind): string | undefined {
  return body?.$case === kind && sender?.role !== Role.CUSTOMER ? body.value.text : undefined;
}

/** How many messages of the customer stand behind `readSeq`. */
export function countUnread(log: readonly Event[], readSeq: bigint): number {
  let count = 0;
  for (let at = log.length - 1; at >= 0; --at) {
    const event = log[at] as Event;
    if (event.seq <= readSeq) break;
    if (event.body?.$case === "message" && event.sender?.role === Role.CUSTOMER) ++count;
  }
  return count;
}

/** The time of the log's last message if the customer wrote it. */
export function waitingSince(log: readonly Event[]): number | undefined {
  const last = log.findLast(({ body, sender }) => body?.$case === "message" && sender?.role !== Role.SYSTEM);
  return last?.sender?.role === Role.CUSTOMER ? Number(last.timeMs) : undefined;
}

/** The newest message or note. */
export function lastText(log: readonly Event[]): LastText | undefined {
  const last = log.findLast(({ body }) => body?.$case === "message" || body?.$case === "note");
  if (last?.body?.$case !== "message" && last?.body?.$case !== "note") return undefined;
  const { role = Role.SYSTEM, id = "" } = last.sender ?? {};
  return { text: last.body.value.text, ms: Number(last.timeMs), kind: last.body.$case, role, senderId: id };
}
