// SPDX-License-Identifier: Apache-2.0
import type { Codec } from "./codec";
import { ServerFrame } from "./gen/customer/switchboard/v1/client";
import { ClientBatch, type ClientFrame } from "./gen/customer_out/switchboard/v1/client";
import { jsonBatches } from "./json_batches";

/** `jsonCodec` without what only staff says and hears: for customers, whose pages need not load it. What is left out reads as unknown. */
export const customerJsonCodec: Codec = jsonBatches(
  (frame) => ServerFrame.fromJSON(frame),
  (frames) => ClientBatch.toJSON({ frames: frames as ClientFrame[] }), // a customer's client sends no command of an agent
);
