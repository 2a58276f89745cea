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
  /** Refused with ILLEGAL_STATE, and the conversation stays, unless an agent could take it this moment. Default: it queues. */
  onlyIfFree?: boolean;
}

/** How a talk went. */
export interface Outcome {
  /** The outcome code; mandatory where the department says so. */
  disposition?: string;
  comment?: string;
}

/**
 * A conversation that the agent owns, or is asked about by the colleague who does. Its commands carry the number of the ownership: a
 * former owner is refused.
 */
export class AgentConversation extends Conversation {
  #consulting = false;

  /** The agent is only asked about it: the log is there, notes can be written, and `endConsult` leaves. All else is refused. */
  get consulting(): boolean {
    return this.#consulting;
  }

  /** @internal */
  setConsulting(consulting: boolean): void {
    this.#consulting = consulting;
  }

  /** Writes a note that only staff sees. Kept in order with the texts; see `send`. */
  sendNote(text: string): Promise<MessageAccepted> {
    return this.pushNote(text);
  }

  /** Gives the conversation back to a queue, at its old place. `released` follows. */
  async transfer(options: TransferOptions): Promise<void> {
    const { department = "", topic = "", skills = [], note = "", agent = "", onlyIfFree = false } = options;
    const value = { ...this.#ownership(), department, topic, skills, note, agent, onlyIfFree };
    await this.host.run({ $case: "transferConversation", value });
  }

  /**
   * Asks a colleague to look at it: the colleague sees the log and writes notes only. One at a time. `note`: what it is about; becomes a
   * note in the log. Rejects with ILLEGAL_STATE when the colleague is not available, or another one is asked.
   */
  async startConsult(agent: string, note = ""): Promise<void> {
    await this.host.run({ $case: "startConsult", value: { ...this.#ownership(), agent, note } });
  }

  /** The colleague who is asked becomes the owner at once; `released` follows. Rejects with ILLEGAL_STATE: no room, or gone. */
  async completeConsult(): Promise<void> {
    await this.host.run({ $case: "completeConsult", value: this.#ownership() });
  }

  /** Ends the asking without passing the conversation on: by its owner, or by the colleague who is asked. */
  async endConsult(): Promise<void> {
    await this.host.run({ $case: "endConsult", value: { conversationId: this.id } });
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
