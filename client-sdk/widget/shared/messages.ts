// SPDX-License-Identifier: Apache-2.0
// What the page and the widget's frame say to each other with postMessage. Both sides take in nothing that this parser refuses. The
// visitor's token is not among it: it never leaves the frame.

/** From the page to the frame. Nothing before `begin`, except `identify`, which it follows. */
export type ToFrame =
  { readonly type: "begin" | "open" | "close" | "toggle" | "reset" } | { readonly type: "identify"; readonly jwt: string };

/** From the frame to the page. `open` and `close` ask for the size as well. */
export type ToPage =
  | { readonly type: "ready" | "open" | "close" | "conversation-started" | "conversation-ended" | "storage-blocked" }
  | { readonly type: "unread"; readonly count: number };

const FOR_FRAME = new Set<unknown>(["begin", "open", "close", "toggle", "reset"]);
const FOR_PAGE = new Set<unknown>(["ready", "open", "close", "conversation-started", "conversation-ended", "storage-blocked"]);

/** A message as it travels: marked, so that those of other scripts on the page are not taken for ours. */
export function sealed<Message extends ToFrame | ToPage>(message: Message): Message & { switchboard: 1 } {
  return { ...message, switchboard: 1 };
}

/** The message for the frame in this data, or undefined when it is none. Nothing else of the data is handed on. */
export function readToFrame(data: unknown): ToFrame | undefined {
  const { type, jwt } = opened(data);
  if (type === "identify" && typeof jwt === "string" && jwt !== "") return { type, jwt };
  return FOR_FRAME.has(type) ? ({ type } as ToFrame) : undefined;
}

/** The message for the page in this data, or undefined when it is none. */
export function readToPage(data: unknown): ToPage | undefined {
  const { type, count } = opened(data);
  if (type === "unread" && Number.isSafeInteger(count) && (count as number) >= 0) return { type, count: count as number };
  return FOR_PAGE.has(type) ? ({ type } as ToPage) : undefined;
}

function opened(data: unknown): Record<string, unknown> {
  if (typeof data !== "object" || data === null) return {};
  const message = data as Record<string, unknown>;
  return message["switchboard"] === 1 ? message : {};
}
