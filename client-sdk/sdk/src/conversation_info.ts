// SPDX-License-Identifier: Apache-2.0
// What an event of the log changes in the snapshot of its conversation.
import type { Event } from "./gen/json/switchboard/v1/event";
import { type Conversation as ConversationInfo, ConversationStatus } from "./gen/json/switchboard/v1/model";

/** The snapshot after the event. Events that the snapshot already contains (a replay of the log) change nothing. */
export function followEvent(info: ConversationInfo, event: Event): ConversationInfo {
  if (event.seq <= info.headSeq) return info;
  const next: ConversationInfo = { ...info, headSeq: event.seq };
  const { body } = event;
  switch (body?.$case) {
    case "agentJoined":
      next.status = ConversationStatus.ACTIVE;
      if (body.value.agent) next.agent = body.value.agent;
      break;
    case "agentLeft":
      next.status = ConversationStatus.QUEUED;
      next.agent = undefined;
      break;
    case "transferred":
      next.department = body.value.toDepartment;
      next.step = 0;
      break;
    case "widened":
      next.step = body.value.step;
      break;
    case "prioritized":
      next.priority = body.value.boostS;
      next.urgent = body.value.urgent;
      break;
    case "consultChanged":
      next.consulted = body.value.began ? (body.value.agent?.id ?? "") : "";
      break;
    case "wrapUpStarted":
      next.status = ConversationStatus.WRAP_UP;
      break;
    case "closed":
      next.status = ConversationStatus.CLOSED;
      next.closedReason = body.value.reason;
      break;
    case "rated":
      next.rating = body.value.score;
      break;
    case "dispositionRecorded":
      next.disposition = body.value.code;
      break;
  }
  return next;
}
