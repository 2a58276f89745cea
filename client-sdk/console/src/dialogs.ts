// SPDX-License-Identifier: Apache-2.0
// Which dialog is open. One at a time; those about a chat are about the one that the route names, but for `explain`.
import { Store } from "./store";

/** The console's dialogs. */
export type DialogName = "shortcuts" | "away" | "transfer" | "close" | "explain";

class Dialogs extends Store {
  #open: DialogName | undefined;
  #about = "";

  get open(): DialogName | undefined {
    return this.#open;
  }

  /** The conversation that `explain` is about. */
  get about(): string {
    return this.#about;
  }

  /** Opens the answer to: why does this conversation wait? */
  explain(conversationId: string): void {
    this.#about = conversationId;
    this.show("explain");
  }

  show(name: DialogName): void {
    this.#open = name;
    this.changed();
  }

  close(): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    this.changed();
  }
}

export const dialogs = new Dialogs();
