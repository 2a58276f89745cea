// SPDX-License-Identifier: Apache-2.0
// What the panel shows, as plain data; the store makes a new one after every change.
import {
  CloseCode,
  CommandError,
  type ConversationInfo,
  type DepartmentInfo,
  ErrorCode,
  hasCode,
  type Participant,
  StoppedError,
  type SwitchboardError,
} from "@switchboard/sdk";
import type { TextKey } from "./texts";
import { isOver, isWaiting, type Talk } from "./timeline";
import type { WaitRange } from "./wait";

/** Why the client has stopped for good. */
export type StopReason = "signIn" | "elsewhere" | "abuse" | "setup" | "defect";

/** The customer's conversation. */
export interface ChatView extends Talk {
  readonly id: string;
  /** 1 is next; 0 is not known. */
  readonly position: number;
  /** How long it may still take; undefined: nobody can say. */
  readonly wait: WaitRange | undefined;
  /** Who of the other side is typing. */
  readonly typing: Participant | undefined;
}

/** Everything that the panel depends on. */
export interface State {
  readonly open: boolean;
  /** `lost`: there was a connection, and it is being made again. */
  readonly connection: "connecting" | "ready" | "lost";
  readonly stopped: StopReason | undefined;
  readonly departments: readonly DepartmentInfo[];
  /** Limit of one message, in bytes of UTF-8. */
  readonly textBytes: number;
  readonly chat: ChatView | undefined;
  readonly unread: number;
  /** Not sent so far, to be offered again in the form. */
  readonly kept: string;
  readonly storageBlocked: boolean;
  readonly sound: boolean;
}

/** Which of the screens is shown. */
export type Screen = "stopped" | "connecting" | "start" | "waiting" | "talk" | "ended";

/** The screen for a state. */
export function screenOf({ stopped, chat, departments, connection }: State): Screen {
  if (stopped) return "stopped";
  if (!chat) return connection !== "ready" && departments.length === 0 ? "connecting" : "start";
  if (isOver(chat.info)) return "ended";
  return isWaiting(chat.info) ? "waiting" : "talk";
}

/** Whether somebody has been with the customer in this conversation already. */
export function hadAgent({ log }: ChatView): boolean {
  return log.some(({ body }) => body?.$case === "agentJoined");
}

/** Whether the log is told up to its end, so that what follows is news. */
export function isComplete({ info, log }: ChatView): boolean {
  return (log.at(-1)?.seq ?? 0n) >= info.headSeq;
}

/** The department's name; empty when it is not known. */
export function departmentName(departments: readonly DepartmentInfo[], info: ConversationInfo): string {
  return departments.find(({ id }) => id === info.department)?.name ?? "";
}

/** What to tell somebody whose command failed. */
export function failureText(error: unknown): TextKey {
  if (hasCode(error, ErrorCode.DEPARTMENT_CLOSED)) return "failed.closed";
  return hasCode(error, ErrorCode.RATE_LIMITED) ? "failed.limit" : "failed.try";
}

/** Why the client stopped. A refused Hello comes as the command's error, everything else as a close code. */
export function stopReason(error: SwitchboardError, identified: boolean): StopReason {
  const code = error instanceof StoppedError ? error.closeCode : 0;
  const refused =
    code === CloseCode.AUTHENTICATION_FAILED || (error instanceof CommandError && error.code === ErrorCode.UNAUTHENTICATED);
  if (refused) return identified ? "signIn" : "setup";
  if (code === CloseCode.CREDENTIALS_REVOKED) return "elsewhere";
  return code === CloseCode.ABUSE ? "abuse" : "defect";
}
