// SPDX-License-Identifier: Apache-2.0
// What is written and not sent yet, per chat; it outlives switching between chats and reloading the page.
import type { MessageKind } from "@switchboard/sdk";
import { keep, recall } from "./keep";

/** The draft of one chat. */
export class Draft {
  #kind: MessageKind;
  #text: string;

  constructor(private readonly key: string) {
    const kept = recall("sessionStorage", key) ?? "";
    this.#kind = kept.startsWith("note:") ? "note" : "message";
    this.#text = kept.slice(kept.indexOf(":") + 1);
  }

  get kind(): MessageKind {
    return this.#kind;
  }
  get text(): string {
    return this.#text;
  }

  set(kind: MessageKind, text: string): void {
    this.#kind = kind;
    this.#text = text;
    keep("sessionStorage", this.key, text && `${kind}:${text}`);
  }

  /** Forgets the text; the kind stays as it is. */
  clear(): void {
    this.set(this.#kind, "");
  }
}

const drafts = new Map<string, Draft>();

/** The draft of a chat; always the same object. */
export function draftOf(chatId: string): Draft {
  let draft = drafts.get(chatId);
  if (!draft) drafts.set(chatId, (draft = new Draft(`draft:${chatId}`)));
  return draft;
}
