// SPDX-License-Identifier: Apache-2.0
// From a log to what is drawn: days, lines about what happened, and messages grouped by who wrote them. Pure.
import { type Event, type Horizons, type MessageKind, OfferOutcome, Role, type UnsentMessage } from "@switchboard/sdk";
import type { RejectedText } from "../chat";

/** How far an own message has come. */
export type Receipt = "unsent" | "sent" | "delivered" | "read";

/** One message of a group. */
export interface Line {
  key: string;
  text: string;
  ms: number;
  /** For messages of our side to the customer. */
  receipt?: Receipt;
  rejected?: RejectedText;
}

/** Who wrote a group. */
export type Side = "customer" | "own" | "colleague" | "system";

/** What is drawn, from top to bottom. */
export type Entry =
  | { type: "day"; key: string; ms: number }
  | { type: "happening"; key: string; ms: number; event: Event }
  | { type: "group"; key: string; side: Side; senderId: string; kind: MessageKind; lines: Line[] };

/** What a log is drawn from. */
export interface LogInput {
  log: readonly Event[];
  unsent: readonly UnsentMessage[];
  rejected: readonly RejectedText[];
  selfId: string;
  customerHorizons: Horizons | undefined;
  now: number;
}

/** A pause after which a group begins anew. */
const GROUP_MS = 5 * 60_000;

/** The entries of a log; the same input gives the same keys, so that only what is new is drawn. */
export function entriesOf({ log, unsent, rejected, selfId, customerHorizons, now }: LogInput): Entry[] {
  const entries: Entry[] = [];
  let day = "";
  const begin = (ms: number) => {
    const date = new Date(ms).toDateString();
    if (date !== day) entries.push({ type: "day", key: `day-${date}`, ms });
    day = date;
  };
  for (const event of log) {
    const ms = Number(event.timeMs);
    const { body, sender } = event;
    if (body?.$case === "message" || body?.$case === "note") {
      begin(ms);
      const side = sideOf(sender?.role, sender?.id ?? "", selfId);
      const line: Line = { key: String(event.seq), text: body.value.text, ms };
      if (side !== "customer" && body.$case === "message") line.receipt = receiptOf(event.seq, customerHorizons);
      append(entries, { side, senderId: sender?.id ?? "", kind: body.$case }, line);
    } else if (isTold(event)) {
      begin(ms);
      entries.push({ type: "happening", key: String(event.seq), ms, event });
    }
  }
  for (const [at, { kind, text }] of unsent.entries()) {
    begin(now);
    append(entries, { side: "own", senderId: selfId, kind }, { key: `unsent-${at}`, text, ms: now, receipt: "unsent" });
  }
  for (const refused of rejected) {
    begin(now);
    append(
      entries,
      { side: "own", senderId: selfId, kind: refused.kind },
      { key: `rejected-${refused.id}`, text: refused.text, ms: now, rejected: refused },
    );
  }
  return entries;
}

function sideOf(role: Role | undefined, senderId: string, selfId: string): Side {
  if (role === Role.CUSTOMER) return "customer";
  if (role === Role.SYSTEM || role === undefined) return "system";
  return senderId === selfId ? "own" : "colleague";
}

function receiptOf(seq: bigint, horizons: Horizons | undefined): Receipt {
  if (horizons && horizons.readSeq >= seq) return "read";
  return horizons && horizons.deliveredSeq >= seq ? "delivered" : "sent";
}

function append(entries: Entry[], who: { side: Side; senderId: string; kind: MessageKind }, line: Line): void {
  const last = entries.at(-1);
  const same = last?.type === "group" && last.side === who.side && last.senderId === who.senderId && last.kind === who.kind;
  if (same && line.ms - (last.lines.at(-1)?.ms ?? 0) < GROUP_MS) last.lines.push(line);
  else entries.push({ type: "group", key: `group-${line.key}`, ...who, lines: [line] });
}

// An offer that was accepted is told by the agent who joins. One that was made is told where it can be asked why.
function isTold({ body }: Event): boolean {
  if (body?.$case === "offerEnded") return body.value.outcome !== OfferOutcome.ACCEPTED;
  return body !== undefined && (body.$case !== "offerMade" || body.value.record !== undefined);
}

/** Names of those who appear in the log, by agent id. */
export function namesIn(log: readonly Event[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { body } of log) {
    const told = body?.$case === "agentJoined" || body?.$case === "agentLeft" || body?.$case === "consultChanged";
    const agent = told ? body.value.agent : undefined;
    if (agent?.name) names.set(agent.id, agent.name);
  }
  return names;
}

/** Agents who held the chat before, in the order of their joining, each once. */
export function earlierAgents(log: readonly Event[], ownerId: string): string[] {
  const ids = log.flatMap(({ body }) => (body?.$case === "agentJoined" && body.value.agent ? [body.value.agent.id] : []));
  return [...new Set(ids)].filter((id) => id !== ownerId);
}
