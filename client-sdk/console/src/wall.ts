// SPDX-License-Identifier: Apache-2.0
// The queue page on a big screen that hangs on a wall: larger type, nothing to navigate with. In the address, so that a screen can be
// started with it.
import { Store } from "./store";

class Wall extends Store {
  #on = new URLSearchParams(globalThis.location?.search ?? "").get("wall") === "1";

  get on(): boolean {
    return this.#on;
  }

  set(on: boolean): void {
    this.#on = on;
    const address = new URL(location.href);
    if (on) address.searchParams.set("wall", "1");
    else address.searchParams.delete("wall");
    history.replaceState(history.state, "", address);
    this.changed();
  }
}

export const wall = new Wall();
