// SPDX-License-Identifier: Apache-2.0
// The server's two catalogues - why a command was refused, why a connection ended - and what a client does about the second.
import { CloseCode, ErrorCode } from "./gen/json/switchboard/v1/error";

export { CloseCode, ErrorCode };

/** Close codes from here to 4999 say: do not connect again with what you have. */
const FIRST_FINAL_CODE = 4500;

/**
 * Whether a client may connect again after this close code. Everything but 4500-4999 allows it: 4000-4499 are the server's own
 * temporary reasons, and a code of the WebSocket protocol (1006, 1012, ...) says nothing about the credential.
 */
export function mayReconnect(closeCode: number): boolean {
  return closeCode < FIRST_FINAL_CODE || closeCode > 4999;
}

/** `SLOW_CONSUMER` for 4000 and so on; the number itself for codes that the catalogue does not have. */
export function closeCodeName(closeCode: number): string {
  return nameIn(CloseCode, closeCode);
}

/** `RATE_LIMITED` for 9 and so on; the number itself for codes of a newer server. */
export function errorCodeName(code: number): string {
  return nameIn(ErrorCode, code);
}

function nameIn(catalogue: Record<string, number>, code: number): string {
  return Object.keys(catalogue).find((name) => catalogue[name] === code) ?? String(code);
}
