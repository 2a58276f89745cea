// SPDX-License-Identifier: Apache-2.0
// From the log of a conversation to what stands in the panel. Pure: the same log always looks the same.
import {
  type ConversationInfo,
  ConversationStatus,
  type DepartmentInfo,
  type Event,
  LeaveReason,
  Role,
  type UnsentMessage,
} from "@switchboard/sdk";
import type { TextKey } from "./texts";

/** A text that the server refused for good. */
export interface Rejected {
  readonly id: number;
  readonly text: string;
  /** The conversation takes no more texts: only a new chat helps. */
  readonly closed: boolean;
}

/** How far an own message has come. */
export type Mark = "unsent" | "sent" | "delivered" | "read";

/** One line of the panel. Texts of people are plain; `notice` names a text of the catalogue. */
export type Item =
  | { readonly kind: "day"; readonly key: string; readonly ms: number }
  | { readonly kind: "notice"; readonly key: string; readonly text: TextKey; readonly params: Record<string, string> }
  | { readonly kind: "warning"; readonly key: string; readonly closesMs: number; readonly pending: boolean }
  | ({ readonly kind: "message"; readonly key: string } & MessageItem)
  | { readonly kind: "rejected"; readonly key: string; readonly rejected: Rejected };

/** A message; `first` and `last` of a group that one person wrote in a row. */
export interface MessageItem {
  readonly own: boolean;
  /** Empty: nobody's name is known. */
  readonly author: string;
  readonly text: string;
  readonly ms: number;
  readonly mark?: Mark;
  readonly first: boolean;
  readonly last: boolean;
}

/** What a conversation consists of for the timeline. */
export interface Talk {
  readonly info: ConversationInfo;
  readonly log: readonly Event[];
  /** Written here, not in the log yet. */
  readonly unsent: readonly string[];
  readonly rejected: readonly Rejected[];
}

const GROUP_MS = 3 * 60_000;

/** Whether this event is a message of the other side. */
export function isFromStaff(event: Event): boolean {
  return event.body?.$case === "message" && event.sender?.role !== Role.CUSTOMER;
}

/** Whether the customer waits for an agent. */
export function isWaiting(info: ConversationInfo): boolean {
  return info.status === ConversationStatus.QUEUED || info.status === ConversationStatus.OFFERED;
}

/** Whether the talk is over for the customer; the agent may still be busy with it. */
export function isOver(info: ConversationInfo): boolean {
  return info.status === ConversationStatus.WRAP_UP || info.status === ConversationStatus.CLOSED;
}

/** Messages of the other side after `readSeq`. */
export function countUnread(log: readonly Event[], readSeq: bigint): number {
  let count = 0;
  for (let index = log.length - 1; index >= 0; --index) {
    const event = log[index] as Event;
    if (event.seq <= readSeq) break;
    if (isFromStaff(event)) ++count;
  }
  return count;
}

/** Names of the agents that the log speaks of, by id. */
export function agentNames(info: ConversationInfo, log: readonly Event[]): Map<string, string> {
  const names = new Map<string, string>();
  if (info.agent) names.set(info.agent.id, info.agent.name);
  for (const { body } of log)
    if (body?.$case === "agentJoined" && body.value.agent) names.set(body.value.agent.id, body.value.agent.name);
  return names;
}

/**
 * Texts on their way that the log does not show yet. An answer and its event may come in either order; `instance` is the number by
 * which the log tells this page's messages, once one of them is there.
 */
export function stillUnsent(unsent: readonly UnsentMessage[], log: readonly Event[], instance: bigint | undefined): string[] {
  const isThere = ({ number, text }: UnsentMessage) =>
    number > 0 &&
    log.some(
      (event) =>
        event.number === number &&
        event.sender?.role === Role.CUSTOMER &&
        (instance === undefined
          ? event.body?.$case === "message" && event.body.value.text === text
          : event.clientInstance === instance),
    );
  return unsent.filter((message) => !isThere(message)).map(({ text }) => text);
}

/** The panel's lines, oldest first. `sameDay` compares in the reader's time zone. */
export function timeline(
  talk: Talk,
  departments: readonly DepartmentInfo[],
  sameDay: (a: number, b: number) => boolean,
  now: number,
): Item[] {
  const { info, log, unsent, rejected } = talk;
  const names = agentNames(info, log);
  const items: Item[] = [];
  let day: number | undefined;
  for (const event of log) {
    const ms = Number(event.timeMs);
    const item = itemOf(event, talk, names, departments);
    if (!item) continue;
    if (day === undefined || !sameDay(day, ms)) items.push({ kind: "day", key: `d${event.seq}`, ms });
    day = ms;
    items.push(item);
  }
  unsent.forEach((text, index) => items.push(message(`u${index}`, true, "", text, now, "unsent")));
  for (const each of rejected) items.push({ kind: "rejected", key: `r${each.id}`, rejected: each });
  return grouped(items);
}

function itemOf(
  event: Event,
  talk: Talk,
  names: Map<string, string>,
  departments: readonly DepartmentInfo[],
): Item | undefined {
  const key = String(event.seq);
  const { body, sender } = event;
  const notice = (text: TextKey, params: Record<string, string> = {}): Item => ({ kind: "notice", key, text, params });
  switch (body?.$case) {
    case "message": {
      const own = sender?.role === Role.CUSTOMER;
      const author = own ? "" : names.get(sender?.id ?? "") || sender?.name || "";
      return message(key, own, author, body.value.text, Number(event.timeMs), own ? markOf(event.seq, talk.info) : undefined);
    }
    case "agentJoined":
      return notice("notice.joined", { name: body.value.agent?.name ?? "" });
    case "agentLeft":
      // A transfer is told by its own event.
      if (body.value.reason === LeaveReason.TRANSFERRED) return undefined;
      return notice("notice.left", { name: names.get(body.value.agent?.id ?? "") ?? body.value.agent?.name ?? "" });
    case "transferred": {
      const { fromDepartment, toDepartment } = body.value;
      const department = departments.find(({ id }) => id === toDepartment)?.name;
      return department && fromDepartment !== toDepartment ? notice("notice.transferred", { department }) : notice("notice.moved");
    }
    case "inactivityWarned": {
      const closesMs = Number(event.timeMs) + body.value.closeAfterS * 1000;
      return { kind: "warning", key, closesMs, pending: isPending(event, talk) };
    }
    default:
      return undefined;
  }
}

// Until the customer writes.
function isPending({ seq }: Event, { info, log, unsent }: Talk): boolean {
  const wrote = log.some(({ seq: later, body, sender }) => later > seq && body?.$case === "message" && sender?.role === Role.CUSTOMER);
  return !wrote && unsent.length === 0 && !isOver(info);
}

function message(key: string, own: boolean, author: string, text: string, ms: number, mark?: Mark): Item {
  return { kind: "message", key, own, author, text, ms, first: true, last: true, ...(mark && { mark }) };
}

function markOf(seq: bigint, { agentHorizons }: ConversationInfo): Mark {
  if (agentHorizons && agentHorizons.readSeq >= seq) return "read";
  return agentHorizons && agentHorizons.deliveredSeq >= seq ? "delivered" : "sent";
}

function grouped(items: Item[]): Item[] {
  const together = (a: Item | undefined, b: Item | undefined) =>
    a?.kind === "message" && b?.kind === "message" && a.own === b.own && a.author === b.author && b.ms - a.ms < GROUP_MS;
  return items.map((item, index) =>
    item.kind === "message" ? { ...item, first: !together(items[index - 1], item), last: !together(item, items[index + 1]) } : item,
  );
}
