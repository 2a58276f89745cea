// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { Conversation } from "./conversation";
import { CloseConversationSchema, FinishWrapUpSchema, type MessageAccepted, TransferConversationSchema } from "./gen/switchboard/v1/client_pb";
import { SkillSchema } from "./gen/switchboard/v1/model_pb";

/** Where a conversation goes. */
export interface TransferOptions {
  /** Empty: it stays in its department, with other skills. */
  department?: string;
  /** A topic of that department. */
  topic?: string;
  /** Further requirements: skill and least level, 1-5. */
  skills?: { name: string; level: number }[];
  /** For the next agent; becomes a note in the log. */
  note?: string;
}

/** How a talk went. */
export interface Outcome {
  /** The outcome code; mandatory where the department says so. */
  disposition?: string;
  comment?: string;
}

/** A conversation that the agent owns. Its commands carry the number of the ownership: a former owner is refused. */
export class AgentConversation extends Conversation {
  /** Writes a note that only staff sees. Kept in order with the texts; see `send`. */
  sendNote(text: string): Promise<MessageAccepted> {
    return this.pushNote(text);
  }

  /** Gives the conversation back to a queue, at its old place. `released` follows. */
  async transfer(options: TransferOptions): Promise<void> {
    const skills = (options.skills ?? []).map((skill) => create(SkillSchema, skill));
    await this.host.run({ case: "transferConversation", value: create(TransferConversationSchema, { ...options, skills, ...this.#ownership() }) });
  }

  /** Ends the talk: with a disposition at once, without one the department's wrap-up begins. */
  async close(outcome: Outcome = {}): Promise<void> {
    await this.host.run({ case: "closeConversation", value: create(CloseConversationSchema, { ...outcome, ...this.#ownership() }) });
  }

  /** Ends the wrap-up; the slot is free again. */
  async finishWrapUp(outcome: Outcome = {}): Promise<void> {
    await this.host.run({ case: "finishWrapUp", value: create(FinishWrapUpSchema, { ...outcome, ...this.#ownership() }) });
  }

  #ownership(): { conversationId: string; assignEpoch: bigint } {
    return { conversationId: this.id, assignEpoch: this.info.assignEpoch };
  }
}
