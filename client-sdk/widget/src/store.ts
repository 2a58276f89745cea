// SPDX-License-Identifier: Apache-2.0
// The widget without its looks: who the customer is, the connection, the conversation, and what the page is told.
import type { CustomerClient, CustomerConversation, KeyValueStorage, StartOptions, SwitchboardError } from "@switchboard/sdk";
import type { ToPage } from "../shared/messages";
import { ChatFollower } from "./chat_follower";
import { type State, type StopReason, stopReason } from "./state";
import { isOver } from "./timeline";

/** What other tabs of the same site need to know. */
export type TabMessage = "started" | "forgotten";

/** What the store takes from its surroundings, so that tests can hand in their own. */
export interface Surroundings {
  readonly site: string;
  readonly storage: KeyValueStorage;
  /** The storage ends with the page. */
  readonly storageBlocked: boolean;
  createClient(jwt: string | undefined): CustomerClient;
  tellPage(message: ToPage): void;
  tellTabs(message: TabMessage): void;
  playSound(): void;
}

const DEFAULT_TEXT_BYTES = 4000;
const SOUND_KEY = "switchboard:sound";

/** One customer's chat in one page. */
export class Store {
  /** What is being written to the conversation; kept while the panel is closed. */
  draft = "";
  #client: CustomerClient | undefined;
  #follower: ChatFollower | undefined;
  #jwt: string | undefined;
  #begun = false;
  #open = false;
  #visible = true;
  #connected = false;
  #stopped: StopReason | undefined;
  #triedAnew = false; // a bad visitor token is given up once, not in a circle
  #kept: string[] = [];
  #unread = 0;
  #sound: boolean;
  #state: State;
  #stale = false;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly surroundings: Surroundings) {
    this.#sound = surroundings.storage.get(SOUND_KEY) !== "off";
    this.#state = this.#snapshot();
  }

  /** Everything as of now; a new object after a change. */
  get state(): State {
    return this.#state;
  }

  /** Calls after changes, many at once as one; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects if there may be a conversation; for somebody who never opened the chat, opening it is early enough. */
  begin(): void {
    this.#begun = true;
    if (this.surroundings.storageBlocked) this.surroundings.tellPage({ type: "storage-blocked" });
    if (this.#open || this.#jwt !== undefined || this.#keys().length > 0) this.#connect();
  }

  setOpen(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    if (open && this.#begun && !this.#client && !this.#stopped) this.#connect();
    this.#changed();
    this.surroundings.tellPage({ type: open ? "open" : "close" });
  }

  /** Whether the person can see the page at all. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#changed();
  }

  /** The site says who the customer is. The visitor's own conversation, if any, is left. */
  identify(jwt: string): void {
    if (jwt === this.#jwt && this.#client && !this.#stopped) return;
    this.#jwt = jwt;
    if (this.#begun) this.#connect();
  }

  /** Forgets visitor and customer on this device, in all tabs. */
  reset(): void {
    this.#disconnect();
    this.#jwt = undefined;
    this.#kept = [];
    for (const key of this.#keys()) this.surroundings.storage.remove(key);
    this.surroundings.tellTabs("forgotten");
    if (this.#open && this.#begun) this.#connect();
    this.#changed();
  }

  /** Something happened in another tab that this one cannot learn from its connection. */
  tabTold(message: TabMessage): void {
    if (!this.#begun) return;
    const chat = this.#follower?.chat;
    if (message === "started" && (!chat || isOver(chat.info))) this.#connect();
    if (message !== "forgotten") return;
    this.#jwt = undefined;
    this.#kept = [];
    if (this.#client) this.#connect();
  }

  /** After the client has stopped: as a new visitor. */
  startOver(): void {
    // Another person may be the next one, unless nothing but the connection was wrong.
    const kept = this.#stopped === "defect" ? this.#kept : [];
    this.reset();
    this.#kept = kept;
    this.#connect();
  }

  /** Rejects as CustomerClient.startConversation does. */
  async start(options: StartOptions): Promise<void> {
    if (!this.#client) this.#connect();
    const client = this.#client as CustomerClient;
    const chat = await client.startConversation(options);
    if (client !== this.#client) return;
    this.#kept = [];
    this.#follow(chat);
    this.surroundings.tellPage({ type: "conversation-started" });
    this.surroundings.tellTabs("started");
  }

  send(text: string): void {
    this.#follower?.send(text);
  }

  setTyping(typing: boolean): void {
    this.#follower?.chat.setTyping(typing);
  }

  retry(id: number): void {
    this.#follower?.retry(id);
  }

  discard(id: number): void {
    this.#follower?.discard(id);
  }

  async leaveQueue(): Promise<void> {
    await this.#follower?.chat.leaveQueue();
  }

  async endChat(): Promise<void> {
    await this.#follower?.chat.close();
  }

  async rate(score: number, comment: string): Promise<void> {
    await this.#follower?.chat.rate(score, comment);
  }

  /** Leaves the conversation that is over; the form follows, with what was not sent in it. */
  newChat(): void {
    const refused = this.#follower?.view().rejected.map(({ text }) => text) ?? [];
    this.#kept = [...refused, this.draft].filter((text) => text.trim() !== "");
    this.#unfollow();
    this.#changed();
  }

  setSound(sound: boolean): void {
    this.#sound = sound;
    try {
      this.surroundings.storage.set(SOUND_KEY, sound ? "on" : "off");
    } catch {
      // Full or blocked: it holds as long as the page.
    }
    this.#changed();
  }

  #connect(): void {
    this.#disconnect();
    const client = this.surroundings.createClient(this.#jwt);
    this.#client = client;
    const whileCurrent = (action: () => void) => () => client === this.#client && action();
    client.on(
      "state",
      whileCurrent(() => this.#changed()),
    );
    client.on(
      "departments",
      whileCurrent(() => this.#changed()),
    );
    client.on(
      "welcome",
      whileCurrent(() => this.#welcomed()),
    );
    client.on("conversation", (chat) => client === this.#client && this.#follow(chat));
    client.on("leftBehind", ({ messages }) => whileCurrent(() => this.#keep(messages.map(({ text }) => text)))());
    client.on("stopped", (error) => client === this.#client && this.#wasStopped(error));
    client.start().catch(() => {}); // told by `stopped`
    this.#changed();
  }

  #disconnect(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#connected = false;
    this.#stopped = undefined;
    this.#unfollow();
    client?.stop();
  }

  #welcomed(): void {
    this.#connected = true;
    this.#changed();
  }

  #wasStopped(error: SwitchboardError): void {
    const reason = stopReason(error, this.#jwt !== undefined);
    if (reason === "setup" && !this.#triedAnew && this.#keys().length > 0) {
      this.#triedAnew = true;
      for (const key of this.#keys()) this.surroundings.storage.remove(key);
      return this.#connect();
    }
    this.#stopped = reason;
    this.#changed();
  }

  #follow(chat: CustomerConversation): void {
    if (this.#follower?.chat === chat) return;
    this.#unfollow();
    this.#follower = new ChatFollower(chat, {
      changed: () => this.#changed(),
      heard: () => this.#sound && !(this.#open && this.#visible) && this.surroundings.playSound(),
      ended: () => this.surroundings.tellPage({ type: "conversation-ended" }),
      leftOver: (text) => this.#keep([text]),
    });
    this.#changed();
  }

  #unfollow(): void {
    this.#follower?.close();
    this.#follower = undefined;
    this.draft = "";
  }

  #keep(texts: readonly string[]): void {
    this.#kept = [...this.#kept, ...texts];
    this.#changed();
  }

  #keys(): string[] {
    return this.surroundings.storage.keys().filter((key) => key.startsWith(`switchboard:${this.surroundings.site}:`));
  }

  #changed(): void {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      this.#follower?.mark(this.#open && this.#visible);
      this.#tellUnread();
      this.#state = this.#snapshot();
      for (const listener of this.#listeners) listener();
    });
  }

  #tellUnread(): void {
    const count = this.#follower?.unread ?? 0;
    if (count === this.#unread) return;
    this.#unread = count;
    this.surroundings.tellPage({ type: "unread", count });
  }

  #snapshot(): State {
    const client = this.#client;
    return {
      open: this.#open,
      connection: client?.state === "ready" ? "ready" : this.#connected ? "lost" : "connecting",
      stopped: this.#stopped,
      departments: client?.departments ?? [],
      textBytes: client?.welcome?.limits?.textBytes || DEFAULT_TEXT_BYTES,
      chat: this.#follower?.view(),
      unread: this.#unread,
      kept: this.#kept.join("\n\n"),
      storageBlocked: this.surroundings.storageBlocked,
      sound: this.#sound,
    };
  }
}
