// SPDX-License-Identifier: Apache-2.0
import type { Codec } from "./codec";
import { ServerFrame } from "./gen/json/switchboard/v1/client";
import { ClientBatch } from "./gen/json_out/switchboard/v1/client";

/**
 * Protobuf's JSON mapping in text messages: readable in the browser's network panel, and the smaller code. An enum value that this
 * schema does not know reads as the enum's default.
 */
export const jsonCodec: Codec = {
  subprotocol: "switchboard.v1+json",
  encode: (frames) => JSON.stringify(ClientBatch.toJSON({ frames })),
  decode: (data) => {
    if (typeof data !== "string") throw new TypeError("a binary message on a text connection");
    const { frames = [] } = object(JSON.parse(data));
    if (!Array.isArray(frames)) throw new TypeError("frames is no list");
    return frames.map(decodeFrame);
  },
};

// The generated code takes whatever stands in a field for what it should be. Down to here that is caught: a frame that was misread
// could answer another command, or say something that nobody has said.
function decodeFrame(value: unknown): ServerFrame {
  const source = object(value);
  if (!Number.isInteger(source["replyTo"] ?? 0)) throw new TypeError("replyTo is no number");
  const frame = ServerFrame.fromJSON(source);
  if (frame.body) object(source[frame.body.$case]);
  return frame;
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
  return value as Record<string, unknown>;
}
