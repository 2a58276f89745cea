// SPDX-License-Identifier: Apache-2.0
// Both encodings, from the client's side and from the server's.
import type { Codec } from "../src/codec";
import { jsonCodec } from "../src/codec_json";
import { protobufCodec } from "../src/codec_protobuf";
import * as binary from "../src/gen/protobuf/switchboard/v1/client";
import { ClientBatch, type ClientFrame, ServerBatch, type ServerFrame } from "../src/gen/test/switchboard/v1/client";

export type Encoding = "proto" | "json";
export const ENCODINGS: readonly Encoding[] = ["proto", "json"];

/** The SDK's own codecs. */
export const codecs: Record<Encoding, Codec> = { proto: protobufCodec, json: jsonCodec };

/** As the server does it; its JSON has names for enum values. */
export function encodeAsServer(encoding: Encoding, frames: ServerFrame[]): string | Uint8Array {
  return encoding === "json" ? JSON.stringify(ServerBatch.toJSON({ frames })) : binary.ServerBatch.encode({ frames }).finish();
}

/** What a client sent, in whichever encoding. */
export function decodeAsServer(data: string | Uint8Array): ClientFrame[] {
  return typeof data === "string" ? ClientBatch.fromJSON(JSON.parse(data)).frames : binary.ClientBatch.decode(data).frames;
}
