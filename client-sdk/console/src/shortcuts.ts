// SPDX-License-Identifier: Apache-2.0
// The keyboard. Single letters work outside text fields and can be turned off; Alt+Shift with the same letter works everywhere.
import { useEffect } from "preact/hooks";
import type { Desk } from "./desk";
import { dialogs } from "./dialogs";
import { draftOf } from "./draft";
import { panels } from "./panels";
import { route } from "./route";
import { settings } from "./settings";
import type { TextKey } from "./texts";

/** A shortcut as the sheet lists it. */
export interface Shortcut {
  keys: readonly string[];
  text: TextKey;
}

/** Everything that the keyboard does beyond what every page does. */
export const SHORTCUTS: readonly { title: TextKey; shortcuts: readonly Shortcut[] }[] = [
  {
    title: "keys.offers",
    shortcuts: [
      { keys: ["A"], text: "keys.accept" },
      { keys: ["D"], text: "keys.decline" },
    ],
  },
  {
    title: "keys.chats",
    shortcuts: [
      { keys: ["J", "↓"], text: "keys.next" },
      { keys: ["K", "↑"], text: "keys.previous" },
      { keys: ["1 – 9"], text: "keys.number" },
      { keys: ["M"], text: "keys.message" },
      { keys: ["N"], text: "keys.note" },
      { keys: ["T"], text: "keys.transfer" },
      { keys: ["C"], text: "keys.close" },
      { keys: ["I"], text: "keys.details" },
    ],
  },
  {
    title: "keys.everywhere",
    shortcuts: [
      { keys: ["S"], text: "keys.state" },
      { keys: ["Q"], text: "keys.page" },
      { keys: ["?"], text: "keys.help" },
      { keys: ["Esc"], text: "keys.escape" },
    ],
  },
];

const AFTER_WRITING_MS = 1500;

/** Carries shortcuts out while the component is there. */
export function useShortcuts(desk: Desk): void {
  useEffect(() => {
    let lastWritten = -AFTER_WRITING_MS;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing) return;
      const everywhere = event.altKey && event.shiftKey;
      // The field may vanish under somebody who writes, and the rest of the word would be commands.
      if (event.key === "Escape") lastWritten = -AFTER_WRITING_MS;
      else if (isWriting(event.target)) lastWritten = event.key.length === 1 ? event.timeStamp : lastWritten;
      else if (!everywhere && event.timeStamp - lastWritten < AFTER_WRITING_MS) return;
      if (!everywhere && (event.altKey || !settings.singleKeys || isWriting(event.target))) return;
      const key = everywhere
        ? event.code.replace(/^(Key|Digit)/, "").toLowerCase()
        : event.key.length === 1
          ? event.key.toLowerCase()
          : event.key;
      if (!everywhere && isControl(event.target) && key.startsWith("Arrow")) return;
      const before = route.chatId;
      if (!act(desk, key)) return;
      event.preventDefault();
      // Who was writing goes on writing, in the chat that is open now.
      if (isWriting(event.target) && route.chatId !== before) panels.focusComposer();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [desk]);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, [role=menuitem], [role=menuitemradio], [tabindex]:not(body)");
}

function act(desk: Desk, key: string): boolean {
  return actOnOffer(desk, key) || (dialogs.open === undefined && (actOnPage(desk, key) || actOnChat(desk, key)));
}

function actOnOffer(desk: Desk, key: string): boolean {
  const offer = desk.ringing.find(({ answering }) => !answering)?.offer;
  if (!offer || (key !== "a" && key !== "d")) return false;
  void (key === "a" ? desk.accept(offer) : desk.decline(offer, ""));
  return true;
}

function actOnPage(desk: Desk, key: string): boolean {
  if (key === "?") dialogs.show("shortcuts");
  else if (key === "s") panels.openStateMenu();
  else if (key === "q" && desk.isSupervisor) route.go(route.place.page === "queues" ? { page: "chats" } : { page: "queues" });
  else if (key === "j" || key === "ArrowDown") return goBy(desk, 1);
  else if (key === "k" || key === "ArrowUp") return goBy(desk, -1);
  else if (/^[1-9]$/.test(key)) return goTo(desk, Number(key) - 1);
  else return false;
  return true;
}

function actOnChat(desk: Desk, key: string): boolean {
  const chat = desk.chat(route.chatId);
  if (!chat) return false;
  if (key === "i") {
    panels.toggleDetails();
    return true;
  }
  if (chat.released) return false;
  if (key === "m" || key === "n") {
    draftOf(chat.id).set(key === "n" ? "note" : "message", draftOf(chat.id).text);
    panels.focusComposer();
  } else if (chat.consulting) return false;
  else if (key === "t" && !chat.inWrapUp) dialogs.show("transfer");
  else if (key === "c" && !chat.inWrapUp) dialogs.show("close");
  else return false;
  return true;
}

function goBy(desk: Desk, step: number): boolean {
  if (route.place.page !== "chats") return false;
  const at = desk.chats.findIndex(({ id }) => id === route.chatId);
  return goTo(desk, at < 0 ? 0 : Math.max(0, at + step));
}

function goTo(desk: Desk, index: number): boolean {
  const chat = desk.chats[index];
  if (!chat || route.place.page !== "chats") return false;
  route.go({ page: "chats", chatId: chat.id });
  return true;
}
