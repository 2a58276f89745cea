// SPDX-License-Identifier: Apache-2.0
// Where the agent is: in the address's fragment, so that reloads, history and bookmarks work.
import { Store } from "./store";
import { wall } from "./wall";

/** A place in the console. */
export type Place = { page: "chats"; chatId?: string } | { page: "queues" };

/** The place that a fragment names; whatever is unknown leads to the chats. */
export function parsePlace(fragment: string): Place {
  const [page, chatId] = fragment.replace(/^#?\/?/, "").split("/");
  if (page === "queues") return { page };
  return page === "chats" && chatId ? { page, chatId: decoded(chatId) } : { page: "chats" };
}

/** The fragment of a place. */
export function hrefOf(place: Place): string {
  if (place.page === "queues") return "#/queues";
  return place.chatId ? `#/chats/${encodeURIComponent(place.chatId)}` : "#/chats";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Follows the address. */
export class Route extends Store {
  #place = parsePlace(globalThis.location?.hash ?? "");

  get place(): Place {
    return this.#place;
  }

  /** The chat that is open, if any. */
  get chatId(): string | undefined {
    return this.#place.page === "chats" ? this.#place.chatId : undefined;
  }

  /** Begins to follow the address. */
  start(): void {
    // A screen on the wall is started with nothing but its address.
    if (wall.on && !location.hash) this.go({ page: "queues" });
    globalThis.addEventListener("hashchange", () => this.#arrive(parsePlace(location.hash)));
  }

  go(place: Place): void {
    location.hash = hrefOf(place);
    this.#arrive(place); // the address tells it too, but later
  }

  #arrive(place: Place): void {
    if (hrefOf(place) === hrefOf(this.#place)) return;
    this.#place = place;
    this.changed();
  }
}

export const route = new Route();
