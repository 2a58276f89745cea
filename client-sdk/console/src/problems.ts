// SPDX-License-Identifier: Apache-2.0
// Errors in words that say what to do.
import { CommandError, ErrorCode, type SwitchboardError, TimeoutError } from "@switchboard/sdk";
import { SessionError } from "./session";
import { t, type TextKey } from "./texts";

const REFUSALS: Partial<Record<ErrorCode, TextKey>> = {
  [ErrorCode.ILLEGAL_STATE]: "problem.illegalState",
  [ErrorCode.NOT_FOUND]: "problem.notFound",
  [ErrorCode.CONVERSATION_CLOSED]: "problem.closed",
  [ErrorCode.STALE_ASSIGNMENT]: "problem.notYours",
  [ErrorCode.RATE_LIMITED]: "problem.tooFast",
  [ErrorCode.TOO_LARGE]: "problem.tooLarge",
  [ErrorCode.UNAVAILABLE]: "problem.unavailable",
  [ErrorCode.DEPARTMENT_CLOSED]: "problem.departmentClosed",
  [ErrorCode.CAPACITY_EXCEEDED]: "problem.full",
  [ErrorCode.UNSUPPORTED]: "problem.unsupported",
};

/** What went wrong with something that the agent did. */
export function problemText(error: SwitchboardError): string {
  if (error instanceof TimeoutError) return t("problem.timeout");
  if (error instanceof CommandError) {
    const key = REFUSALS[error.code];
    // Fields are named by the server, in English; better than a riddle.
    return key ? t(key) : t("problem.other", { detail: error.message });
  }
  return t("problem.other", { detail: error.message });
}

/** Why nobody was let in. */
export function signInProblem(error: unknown): string {
  if (!(error instanceof SessionError) || error.status === 0) return t("signIn.noAnswer");
  if (error.status === 401) return t("signIn.wrong");
  if (error.status === 429) return t("signIn.tooMany", { count: Math.max(1, Math.ceil(error.retryAfterSeconds / 60)) });
  return error.status >= 500 ? t("signIn.unavailable") : t("signIn.refused");
}
