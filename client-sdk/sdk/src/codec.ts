// SPDX-License-Identifier: Apache-2.0
// Bytes and text to frames and back. The two codecs stand in modules of their own, so that a page loads only the one it uses.
import type { ClientFrame, ServerFrame } from "./gen/json/switchboard/v1/client";

/**
 * Turns batches of frames into WebSocket messages and back. Decoding throws on what is no batch of frames, but not on fields and
 * enum values that this schema does not know yet.
 */
export interface Codec {
  /** Tells the server which codec it is. */
  readonly subprotocol: string;
  encode(frames: ClientFrame[]): string | Uint8Array;
  decode(data: string | Uint8Array): ServerFrame[];
}

/**
 * The same frames as few WebSocket messages as fit into `limitBytes` each. A single frame over the limit goes alone: the server
 * answers it with an error, which says more than the SDK could.
 */
export function encodeWithin(codec: Codec, frames: ClientFrame[], limitBytes: number): (string | Uint8Array)[] {
  const whole = codec.encode(frames);
  // A UTF-16 unit is at most three bytes of UTF-8.
  const size = typeof whole === "string" ? whole.length * 3 : whole.length;
  if (frames.length <= 1 || limitBytes === 0 || size <= limitBytes) return [whole];
  const middle = frames.length >> 1;
  return [...encodeWithin(codec, frames.slice(0, middle), limitBytes), ...encodeWithin(codec, frames.slice(middle), limitBytes)];
}
