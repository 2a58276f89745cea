// SPDX-License-Identifier: Apache-2.0
// Which dialog is open. One at a time; those about a chat are about the one that the route names.
import { Store } from "./store";

/** The console's dialogs. */
export type DialogName = "shortcuts" | "away" | "transfer" | "close";

class Dialogs extends Store {
  #open: DialogName | undefined;

  get open(): DialogName | undefined {
    return this.#open;
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
