// SPDX-License-Identifier: Apache-2.0
// One conversation as a client sees it: its log, each event once and in order, and what both kinds of participants can do.
import type { Command, Connection, Reply } from "./connection";
import type { Timers } from "./environment";
import type { SwitchboardError } from "./errors";
import { Emitter } from "./events";
import type { HorizonsAdvanced, Log, MessageAccepted, QueuePosition, ResumePoint, Typing } from "./gen/json/switchboard/v1/client";
import type { Event, InactivityWarned } from "./gen/json/switchboard/v1/event";
import { type Conversation as ConversationInfo, ConversationStatus, Role } from "./gen/json/switchboard/v1/model";
import { followEvent } from "./conversation_info";
import { LogTracker, type Reader } from "./log_tracker";
import { expectReply } from "./replies";
import { Signals } from "./signals";
import { type MessageKind, type SavedQueue, type UnsentMessage, UnsentQueue } from "./unsent_queue";

/** What a conversation says. Typing, horizons and position are hints: the newest counts, none is repeated. */
export interface ConversationEvents {
  /** The next event of the log. */
  event: Event;
  /** What was shown so far is not the log any more: empty the view; the log follows from its first event. */
  reset: ConversationInfo;
  /** Somebody else began or stopped typing; expires by itself after 6 s. */
  typing: Typing;
  /** How far one side has received and read the log. */
  horizons: HorizonsAdvanced;
  /** Place in the queue while waiting, and how long it may still take where that can be told; at most every 2 s. */
  position: QueuePosition;
  /** The other side has been waited for: unless the customer writes, the conversation closes as INACTIVE after `closeAfterS`. */
  inactivityWarned: InactivityWarned;
  /** The server refused a text for good; it is yours to keep or to offer again. */
  rejected: { message: UnsentMessage; error: SwitchboardError };
  /** No event follows: closed, or (agents) no longer yours. */
  ended: ConversationInfo;
}

/** What a conversation needs from its client. */
export interface ConversationHost {
  readonly connection: Connection;
  readonly timers: Timers;
  readonly random: () => number;
  run(command: Command): Promise<Reply>;
  saveQueue(conversationId: string, queue: SavedQueue): void;
}

const LOG_PAGE = 500;
const HOLE_RETRY_MS = 1000;

/** One conversation that this client takes part in. Lives over reconnects; comes from a client, is never made by hand. */
export class Conversation extends Emitter<ConversationEvents> {
  #info: ConversationInfo;
  #log: Event[] = [];
  #position: QueuePosition | undefined;
  #ended = false;
  #closedWith: SwitchboardError | undefined;
  #holesRepaired = 0;
  #reading = false;
  readonly #signals: Signals;
  readonly #tracker: LogTracker;
  readonly #queue: UnsentQueue;

  constructor(
    protected readonly host: ConversationHost,
    info: ConversationInfo,
    private readonly reader: Reader,
    saved?: SavedQueue,
  ) {
    super();
    this.#info = info;
    this.#tracker = new LogTracker(reader);
    this.#signals = new Signals(info.id, host.connection, host.timers);
    const changed = (queue: SavedQueue) => host.saveQueue(this.id, queue);
    const refused = (message: UnsentMessage, error: SwitchboardError) => this.emit("rejected", { message, error });
    this.#queue = new UnsentQueue((message) => this.#sendOnce(message), host.timers, host.random, changed, saved, refused);
  }

  get id(): string {
    return this.#info.id;
  }
  /** Status, department, agent and so on as the log tells them; a new object after every change. */
  get info(): ConversationInfo {
    return this.#info;
  }
  /** Every event received so far, oldest first, each once. */
  get log(): readonly Event[] {
    return this.#log;
  }
  /** Place in the queue while waiting, as last told. */
  get position(): QueuePosition | undefined {
    return this.#position;
  }
  /** What was written and is not acknowledged yet, oldest first. */
  get unsent(): readonly UnsentMessage[] {
    return this.#queue.messages;
  }
  /** True after `ended`; for a customer the conversation may still be rated. */
  get ended(): boolean {
    return this.#ended;
  }
  /** How often events were missing and had to be read from the log. For diagnosis. */
  get holesRepaired(): number {
    return this.#holesRepaired;
  }

  /**
   * Sends a text. Resolves when it stands in the log, at the durability told in Welcome; survives reconnects, and stands there
   * once. Texts stand in the order of the calls. Rejects when the server refused it for good (see `rejected` too).
   */
  send(text: string): Promise<MessageAccepted> {
    return this.#push("message", text);
  }

  /** Tells the other side that this one is typing, or stopped. May be called with every keystroke; expires after 6 s. */
  setTyping(typing: boolean): void {
    this.#signals.setTyping(typing);
  }

  /** Everything up to `seq` has reached this client. Sent at most once a second; smaller numbers have no effect. */
  markDelivered(seq: bigint): void {
    this.#signals.advance(seq, 0n);
  }

  /** Everything up to `seq` was seen by the person, and so delivered. Sent at most once a second. */
  markRead(seq: bigint): void {
    this.#signals.advance(seq, seq);
  }

  /** One page of the log after `afterSeq`, oldest first, at most 500 events. Does not change `log`. */
  async readLog(afterSeq: bigint, limit = LOG_PAGE): Promise<Log> {
    const value = { conversationId: this.id, afterSeq, limit };
    return expectReply(await this.host.run({ $case: "readLog", value }), "log");
  }

  protected pushNote(text: string): Promise<MessageAccepted> {
    return this.#push("note", text);
  }

  /** @internal From where the log goes on after a reconnect; undefined when nothing more is wanted. */
  resumePoint(): ResumePoint | undefined {
    const { seq, eventId } = this.#tracker.last;
    if (this.#ended) return undefined;
    return { conversationId: this.id, epoch: this.#info.epoch, seq, eventId };
  }

  /** @internal The first text of StartConversation was number 1. */
  skipNumber(number: number): void {
    this.#queue.skip(number);
  }

  /** @internal A newer snapshot; what the log tells later counts more. */
  update(info: ConversationInfo): void {
    if (info.epoch !== this.#info.epoch) return this.#reset(info);
    if (info.headSeq >= this.#info.headSeq) this.#info = info;
  }

  /** @internal */
  connected(): void {
    this.#reading = false;
    this.#queue.connected();
    this.#signals.connected();
  }

  /** @internal */
  disconnected(): void {
    this.#queue.disconnected();
  }

  /** @internal Nothing follows. With an error: what is unsent, and what is written later, is refused with it. */
  end(error?: SwitchboardError): void {
    if (error) {
      this.#closedWith = error;
      this.#queue.close(error);
    }
    if (this.#ended) return;
    this.#ended = true;
    this.#signals.stop();
    this.emit("ended", this.#info);
  }

  /** @internal The client has stopped. */
  stopped(error: SwitchboardError): void {
    this.#closedWith = error;
    this.#signals.stop();
    this.#queue.close(error);
  }

  /** @internal A frame that concerns this conversation. */
  handle(body: Reply): void {
    switch (body?.$case) {
      case "event":
        if (body.value.event) this.#receive([body.value.event]);
        break;
      case "resumeGap":
        if (body.value.snapshot) this.#gap(body.value.snapshot);
        break;
      case "typing":
        this.emit("typing", body.value);
        break;
      case "horizonsAdvanced": {
        const side = body.value.side === Role.CUSTOMER ? "customerHorizons" : "agentHorizons";
        if (body.value.horizons) this.#info = { ...this.#info, [side]: body.value.horizons };
        this.emit("horizons", body.value);
        break;
      }
      case "queuePosition":
        this.#position = body.value;
        this.emit("position", body.value);
        break;
    }
  }

  #push(kind: MessageKind, text: string): Promise<MessageAccepted> {
    if (this.#closedWith) return Promise.reject(this.#closedWith);
    const accepted = this.#queue.push(kind, text);
    accepted.catch(() => {}); // who does not look at the promise hears of it by `rejected`
    return accepted;
  }

  async #sendOnce({ kind, text, number }: UnsentMessage): Promise<MessageAccepted> {
    const conversationId = this.id;
    const assignEpoch = this.#info.assignEpoch;
    const command: Command =
      kind === "note"
        ? { $case: "sendNote", value: { conversationId, number, note: { text }, assignEpoch } }
        : { $case: "sendMessage", value: { conversationId, number, message: { text }, assignEpoch } };
    return expectReply(await this.host.connection.request(command), "messageAccepted");
  }

  #receive(events: Event[]): void {
    for (const event of events) {
      for (const ready of this.#tracker.accept(event)) {
        this.#log.push(ready);
        this.#info = followEvent(this.#info, ready);
        if (this.#info.status !== ConversationStatus.QUEUED && this.#info.status !== ConversationStatus.OFFERED) this.#position = undefined;
        this.emit("event", ready);
        if (ready.body?.$case === "inactivityWarned") this.emit("inactivityWarned", ready.body.value);
        // Staff is told more after the end, and then that the conversation is released.
        if (ready.body?.$case === "closed" && this.reader === "customer") this.end();
      }
    }
    if (this.#tracker.hasHole) void this.#repair();
  }

  // Reads what is missing. A failed attempt is repeated; after a reconnect the resume brings everything anyway.
  async #repair(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    ++this.#holesRepaired;
    const before = this.#tracker.last.seq;
    try {
      const value = { conversationId: this.id, afterSeq: before, limit: LOG_PAGE };
      const { events } = expectReply(await this.host.connection.request({ $case: "readLog", value }), "log");
      this.#reading = false;
      // A log without the missing events is not the log that this client began to read: the resume will tell what is.
      if (events.length === 0) this.host.connection.drop("the log lacks an event");
      else this.#receive(events);
    } catch {
      this.host.timers.set(() => {
        this.#reading = false;
        if (this.#tracker.hasHole && this.#tracker.last.seq === before) void this.#repair();
      }, HOLE_RETRY_MS);
    }
  }

  #gap(snapshot: ConversationInfo): void {
    if (snapshot.epoch !== 0n) return this.#reset(snapshot);
    // The log is gone; what is shown stays true, but nothing follows.
    this.#info = { ...this.#info, status: ConversationStatus.CLOSED };
    this.end();
  }

  #reset(info: ConversationInfo): void {
    this.#info = info;
    this.#tracker.reset();
    this.#signals.reset();
    this.#log = [];
    this.emit("reset", info);
  }
}
