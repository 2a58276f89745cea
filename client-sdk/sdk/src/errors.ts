// SPDX-License-Identifier: Apache-2.0
// Everything that a promise of the SDK rejects with. All share the base class, so that one `instanceof` is enough.
import { closeCodeName, ErrorCode, errorCodeName } from "./codes";
import type { Error as WireError } from "./gen/json/switchboard/v1/error";

/** Base class of every error that the SDK rejects with. `temporary`: the same call may succeed later, unchanged. */
export class SwitchboardError extends Error {
  constructor(
    message: string,
    readonly temporary: boolean,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The server refused a command. */
export class CommandError extends SwitchboardError {
  readonly code: ErrorCode;
  /** With `temporary`: milliseconds to wait at least; 0 leaves it to the caller. */
  readonly retryAfterMs: number;
  /** With OUT_OF_SEQUENCE: the next message number that the server will take. */
  readonly expectedNumber: number;

  constructor(error: WireError) {
    super(`${errorCodeName(error.code)}: ${error.message}`, error.temporary);
    this.code = error.code;
    this.retryAfterMs = error.retryAfterMs;
    this.expectedNumber = error.expectedNumber;
  }
}

/** The connection was lost before the answer came: the outcome is unknown. Repeating the call is safe. */
export class ConnectionLostError extends SwitchboardError {
  constructor(message = "the connection was lost before the answer came") {
    super(message, true);
  }
}

/** No success within `commandTimeoutMs`, over however many attempts: the outcome is unknown. Repeating the call is safe. */
export class TimeoutError extends SwitchboardError {
  constructor(command: string, milliseconds: number, lastError: SwitchboardError | undefined) {
    super(`${command} did not succeed within ${milliseconds} ms; last: ${lastError?.message ?? "no answer"}`, true);
  }
}

/** The client was stopped, by its user or by a close code that forbids to reconnect. */
export class StoppedError extends SwitchboardError {
  /** WebSocket close code, or 0 when the user stopped it or the server refused Hello. */
  readonly closeCode: number;

  constructor(closeCode = 0, reason = "") {
    const closed = `the server closed with ${closeCodeName(closeCode)} ${reason}`.trim();
    super(closeCode === 0 ? reason || "the client was stopped" : closed, false);
    this.closeCode = closeCode;
  }
}

/** The server answered with something that does not fit the command: a defect of one of the two. */
export class ProtocolError extends SwitchboardError {
  constructor(message: string) {
    super(message, false);
  }
}

/** An error like the server's, for what the client knows already. */
export function refusal(code: ErrorCode, message: string): CommandError {
  return new CommandError({ code, message, temporary: false, retryAfterMs: 0, expectedNumber: 0 });
}

/** True for an answer of the server with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is CommandError {
  return error instanceof CommandError && error.code === code;
}
