// SPDX-License-Identifier: Apache-2.0
import type { Codec } from "./codec";
import { ServerFrame } from "./gen/json/switchboard/v1/client";
import { ClientBatch } from "./gen/json_out/switchboard/v1/client";
import { jsonBatches } from "./json_batches";

/**
 * Protobuf's JSON mapping in text messages: readable in the browser's network panel, and the smaller code. An enum value that this
 * schema does not know reads as the enum's default.
 */
export const jsonCodec: Codec = jsonBatches(
  (frame) => ServerFrame.fromJSON(frame),
  (frames) => ClientBatch.toJSON({ frames }),
);
