// SPDX-License-Identifier: Apache-2.0
// Events and conversations for tests, and a server of a few lines behind the SDK's transport.
import {
  type ConversationInfo,
  ConversationStatus,
  CustomerClient,
  type Event,
  memoryStorage,
  Role,
  type SocketHandlers,
} from "@switchboard/sdk";
import { customerJsonCodec } from "@switchboard/sdk/json-customer";
import type { ToPage } from "../shared/messages";
import { Store, type TabMessage } from "../src/store";

export const CUSTOMER = { role: Role.CUSTOMER, id: "", name: "" };
export const ANNA = { role: Role.AGENT, id: "a1", name: "Anna" };
export const OWN_INSTANCE = 7n;

/** An event of the log; each follows the one before it. */
export function event(seq: number, body: Event["body"], more: Partial<Event> = {}): Event {
  return {
    seq: BigInt(seq),
    prev: BigInt(seq - 1),
    timeMs: BigInt(seq) * 1000n,
    eventId: BigInt(seq),
    audience: 1,
    sender: ANNA,
    clientInstance: 0n,
    number: 0,
    body,
    ...more,
  };
}

export const said = (seq: number, text: string, more: Partial<Event> = {}) =>
  event(seq, { $case: "message", value: { text } }, more);
export const own = (seq: number, text: string, number = seq) =>
  said(seq, text, { sender: CUSTOMER, clientInstance: OWN_INSTANCE, number });
export const joined = (seq: number) => event(seq, { $case: "agentJoined", value: { agent: ANNA } });

export function conversation(more: Partial<ConversationInfo> = {}): ConversationInfo {
  return {
    id: "c1",
    epoch: 1n,
    status: ConversationStatus.QUEUED,
    department: "orders",
    skills: [],
    topic: "",
    customer: CUSTOMER,
    agent: undefined,
    assignEpoch: 0n,
    headSeq: 0n,
    startedMs: 0n,
    queuedMs: 0n,
    closedReason: 0,
    disposition: "",
    rating: 0,
    customerHorizons: undefined,
    agentHorizons: undefined,
    priority: 0,
    urgent: false,
    step: 0,
    preferred: [],
    enqueuedMs: 0n,
    consulted: "",
    ...more,
  };
}

/** Timers that do not keep the tests running. */
const timers = {
  now: () => performance.now(),
  set: (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds).unref(),
  clear: clearTimeout,
};

/** One frame as the server writes it in JSON. */
type Frame = Record<string, unknown>;

/** Waits until everything that is under way without timers is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; ++turn) await new Promise((resolve) => setImmediate(resolve));
}

/** A store with a server at its other end: `sent` holds what the widget sent, push() says something to it. */
export function stage(saved: Record<string, string> = {}) {
  const storage = memoryStorage();
  for (const [key, value] of Object.entries(saved)) storage.set(key, value);
  const sent: { command: string; value: Frame; credential?: string }[] = [];
  const toPage: ToPage[] = [];
  const toTabs: TabMessage[] = [];
  const jwts: (string | undefined)[] = [];
  let sounds = 0;
  let socket: SocketHandlers | undefined;
  let welcome: Frame = {};
  const push = (...frames: Frame[]) => socket?.message(JSON.stringify({ frames }));
  const answer = (frame: Frame) => {
    const command = Object.keys(frame).find((key) => key !== "requestId") ?? "";
    sent.push({ command, value: frame[command] as Frame });
    const replyTo = frame["requestId"];
    if (command === "hello")
      push({ replyTo, welcome: { heartbeatMs: 30_000, limits: { textBytes: 100 }, visitorToken: "v1", ...welcome } });
    if (command === "startConversation") {
      push({ replyTo, conversationOpened: { conversation: { id: "c1", epoch: "1", status: "QUEUED", department: "orders" } } });
    }
  };
  const transport = (_url: string, _protocol: string, handlers: SocketHandlers) => {
    socket = handlers;
    queueMicrotask(() => handlers.open());
    return { send: (data: string | Uint8Array) => void JSON.parse(String(data)).frames.forEach(answer), close: () => {} };
  };
  const store = new Store({
    site: "demo",
    storage,
    storageBlocked: false,
    createClient: (jwt) => {
      jwts.push(jwt);
      const options = { url: "ws://x", site: "demo", codec: customerJsonCodec, storage, transport, timers };
      return new CustomerClient(jwt === undefined ? options : { ...options, jwt });
    },
    tellPage: (message) => void toPage.push(message),
    tellTabs: (message) => void toTabs.push(message),
    playSound: () => void ++sounds,
  });
  const close = (code: number) => socket?.close(code, "");
  return {
    store,
    storage,
    sent,
    toPage,
    toTabs,
    jwts,
    push,
    close,
    welcomeWith: (more: Frame) => void (welcome = more),
    sounds: () => sounds,
  };
}
