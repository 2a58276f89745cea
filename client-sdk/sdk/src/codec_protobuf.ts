// SPDX-License-Identifier: Apache-2.0
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Codec } from "./codec";
import { ClientBatch, ServerFrame } from "./gen/protobuf/switchboard/v1/client";

/** Protobuf in binary messages: small and fast on the wire. An enum value that this schema does not know stays a number. */
export const protobufCodec: Codec = {
  subprotocol: "switchboard.v1+proto",
  encode: (frames) => ClientBatch.encode({ frames }).finish(),
  decode: (data) => {
    if (typeof data === "string") throw new TypeError("a text message on a binary connection");
    return decodeBatch(new BinaryReader(data));
  },
};

// The generated code for a batch stops without a word at a tag that cannot be; here it is an error, as is a frame that ends early.
function decodeBatch(reader: BinaryReader): ServerFrame[] {
  const frames: ServerFrame[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field !== 1 || type !== WireType.LengthDelimited) {
      reader.skip(type, field);
      continue;
    }
    const length = reader.uint32();
    const end = reader.pos + length;
    frames.push(ServerFrame.decode(reader, length));
    if (reader.pos !== end) throw new RangeError("a frame that does not end where it should");
  }
  return frames;
}
