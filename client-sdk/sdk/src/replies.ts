// SPDX-License-Identifier: Apache-2.0
import type { Reply } from "./connection";
import { ProtocolError } from "./errors";

type Answered = NonNullable<Reply>;
type ReplyValues = { [Each in Answered as Each["$case"]]: Each["value"] };

/** The value of the answer; throws ProtocolError when the server answered with something else. */
export function expectReply<Case extends keyof ReplyValues>(reply: Reply, expected: Case): ReplyValues[Case] {
  if (reply?.$case !== expected) throw new ProtocolError(`expected ${expected}, got ${reply?.$case ?? "nothing"}`);
  return reply.value as ReplyValues[Case];
}
