// SPDX-License-Identifier: Apache-2.0
// Batches of frames as JSON texts, whichever part of the schema the frames' own code knows.
import type { Codec } from "./codec";
import type { ClientFrame, ServerFrame } from "./gen/json/switchboard/v1/client";

/** A codec of the frames that these two read and write. */
export function jsonBatches(read: (frame: unknown) => ServerFrame, write: (frames: ClientFrame[]) => unknown): Codec {
  return {
    subprotocol: "switchboard.v1+json",
    encode: (frames) => JSON.stringify(write(frames)),
    decode: (data) => {
      if (typeof data !== "string") throw new TypeError("a binary message on a text connection");
      const { frames = [] } = object(JSON.parse(data));
      if (!Array.isArray(frames)) throw new TypeError("frames is no list");
      return frames.map((frame) => decodeFrame(frame, read));
    },
  };
}

// The generated code takes whatever stands in a field for what it should be. Down to here that is caught: a frame that was misread
// could answer another command, or say something that nobody has said.
function decodeFrame(value: unknown, read: (frame: unknown) => ServerFrame): ServerFrame {
  const source = object(value);
  if (!Number.isInteger(source["replyTo"] ?? 0)) throw new TypeError("replyTo is no number");
  const frame = read(source);
  if (frame.body) object(source[frame.body.$case]);
  return frame;
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
  return value as Record<string, unknown>;
}
