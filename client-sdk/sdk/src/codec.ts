// SPDX-License-Identifier: Apache-2.0
// Bytes and text to frames and back: protobuf, or its JSON mapping, chosen by the WebSocket subprotocol.
import { create, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { type ClientFrame, ClientBatchSchema, ServerBatchSchema, type ServerFrame } from "./gen/switchboard/v1/client_pb";

/** `proto`: small and fast. `json`: readable in the browser's network panel. Both mean exactly the same. */
export type Encoding = "proto" | "json";

/** Turns batches of frames into WebSocket messages and back. Decoding throws on what is no frame. */
export interface Codec {
  readonly subprotocol: string;
  encode(frames: ClientFrame[]): string | Uint8Array;
  decode(data: string | Uint8Array): ServerFrame[];
}

const proto: Codec = {
  subprotocol: "switchboard.v1+proto",
  encode: (frames) => toBinary(ClientBatchSchema, create(ClientBatchSchema, { frames })),
  decode: (data) => {
    if (typeof data === "string") throw new TypeError("a text message on a binary connection");
    return fromBinary(ServerBatchSchema, data).frames;
  },
};

const json: Codec = {
  subprotocol: "switchboard.v1+json",
  encode: (frames) => toJsonString(ClientBatchSchema, create(ClientBatchSchema, { frames })),
  decode: (data) => {
    if (typeof data !== "string") throw new TypeError("a binary message on a text connection");
    return fromJsonString(ServerBatchSchema, data, { ignoreUnknownFields: true }).frames;
  },
};

/** The codec of an encoding. */
export function codecFor(encoding: Encoding): Codec {
  return encoding === "json" ? json : proto;
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
