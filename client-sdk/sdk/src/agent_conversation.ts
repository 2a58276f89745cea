// SPDX-License-Identifier: Apache-2.0
import { Conversation } from "./conversation";
import type { CloseConversation, MessageAccepted } from "./gen/json/switchboard/v1/client";

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
  /**
   * Id of a colleague who serves the department: it is offered to nobody else while he is available and has neither declined nor
   * missed it.
   */
  agent?: string;
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
    const { department = "", topic = "", skills = [], note = "", agent = "" } = options;
    await this.host.run({ $case: "transferConversation", value: { ...this.#ownership(), department, topic, skills, note, agent } });
  }

  /** Ends the talk: with a disposition at once, without one the department's wrap-up begins. */
  async close(outcome: Outcome = {}): Promise<void> {
    await this.host.run({ $case: "closeConversation", value: this.#end(outcome) });
  }

  /** Ends the wrap-up; the slot is free again. */
  async finishWrapUp(outcome: Outcome = {}): Promise<void> {
    await this.host.run({ $case: "finishWrapUp", value: this.#end(outcome) });
  }

  #end({ disposition = "", comment = "" }: Outcome): CloseConversation {
    return { ...this.#ownership(), disposition, comment };
  }

  #ownership(): { conversationId: string; assignEpoch: bigint } {
    return { conversationId: this.id, assignEpoch: this.info.assignEpoch };
  }
}
