// SPDX-License-Identifier: Apache-2.0
// Parts of the page that can be asked for from elsewhere: the details, the composer, the menu of states.
import { Store } from "./store";

/** From this width on the details stand beside the chat; below it they lie over it. */
const DETAILS_BESIDE = "(min-width: 1200px)";

class Panels extends Store {
  #details = false;
  #composerWished = false;
  #stateMenuAsked = 0;

  readonly #beside = globalThis.matchMedia?.(DETAILS_BESIDE);

  constructor() {
    super();
    this.#details = this.detailsBeside;
    this.#beside?.addEventListener("change", () => {
      this.#details = this.detailsBeside;
      this.changed();
    });
  }

  /** Whether there is room for the details beside the chat. */
  get detailsBeside(): boolean {
    return this.#beside?.matches ?? false;
  }

  /** Whether the details of a chat are shown. */
  get details(): boolean {
    return this.#details;
  }

  /** True once for every wish to write: whoever asks fulfils it. */
  takeComposerWish(): boolean {
    const wished = this.#composerWished;
    this.#composerWished = false;
    return wished;
  }

  /** Raised by every wish to see the states. */
  get stateMenuAsked(): number {
    return this.#stateMenuAsked;
  }

  toggleDetails(): void {
    this.#details = !this.#details;
    this.changed();
  }

  focusComposer(): void {
    this.#composerWished = true;
    this.changed();
  }

  openStateMenu(): void {
    ++this.#stateMenuAsked;
    this.changed();
  }
}

export const panels = new Panels();
