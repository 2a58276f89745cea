// SPDX-License-Identifier: Apache-2.0
// widget.js: the one script that a page embeds. It puts the chat's frame on the page and gives the page `window.Switchboard`.
import { readToPage, sealed, type ToFrame, type ToPage } from "../shared/messages";
import { createFrame, place, type Settings } from "./frame";

/** Events of the chat. `unread` comes with the number of unread messages; the others without value. */
export type SwitchboardEvent = ToPage["type"];
/** Called with the value of the event. */
export type SwitchboardListener = (value?: number) => void;

/** What a page may ask of the chat, from the moment the script has run. What comes before the chat is ready is kept for it. */
export interface SwitchboardApi {
  /** Opens the panel and gives it the focus. */
  open(): void;
  /** Closes it; the focus goes back to where it was at open(). */
  close(): void;
  toggle(): void;
  /** The person is this customer of the site: a JWT that the site has signed. */
  identify(jwt: string): void;
  /** For the site's log-out: forgets the visitor and the customer on this device and ends their sessions. */
  reset(): void;
  /** Adds a listener. One for `ready` or `storage-blocked` is also called when that was said already. */
  on(event: SwitchboardEvent, listener: SwitchboardListener): void;
  off(event: SwitchboardEvent, listener: SwitchboardListener): void;
}

declare global {
  interface Window {
    Switchboard?: SwitchboardApi;
  }
}

function start(settings: Settings): SwitchboardApi {
  const frame = createFrame(settings);
  const listeners = new Map<SwitchboardEvent, Set<SwitchboardListener>>();
  const lasting = new Set<SwitchboardEvent>(); // said already, and true for as long as the page lives
  let waiting: ToFrame[] | undefined = [];
  let isOpen = false;
  let returnFocusTo: Element | null = null;

  const post = (message: ToFrame) => frame.contentWindow?.postMessage(sealed(message), settings.origin);
  const command = (message: ToFrame) => (waiting ? void waiting.push(message) : post(message));
  const emit = (event: SwitchboardEvent, value?: number) => {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        listener(value);
      } catch (error) {
        reportError(error);
      }
    }
  };
  const resize = (open: boolean) => place(frame, settings, (isOpen = open));
  // Who opens by script is not in the frame yet, and wants to be back where he was afterwards.
  const enter = () => {
    if (!isOpen && document.activeElement !== frame) returnFocusTo = document.activeElement;
    frame.focus();
  };

  const ready = () => {
    const kept = waiting ?? [];
    waiting = undefined;
    // Who the person is comes first, so that no visitor is made up for a customer who is known.
    const rank = (message: ToFrame) => Number(message.type !== "identify" && message.type !== "reset");
    for (const message of kept.filter((each) => rank(each) === 0)) post(message);
    post({ type: "begin" });
    for (const message of kept.filter((each) => rank(each) === 1)) post(message);
  };

  const heard = (message: ToPage) => {
    if (message.type === "ready") ready();
    if (message.type === "open") resize(true);
    if (message.type === "close") {
      resize(false);
      if (returnFocusTo instanceof HTMLElement) returnFocusTo.focus();
      returnFocusTo = null;
    }
    if (message.type === "ready" || message.type === "storage-blocked") lasting.add(message.type);
    emit(message.type, message.type === "unread" ? message.count : undefined);
  };

  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== settings.origin) return;
    const message = readToPage(event.data);
    if (message) heard(message);
  });
  for (const target of [window, visualViewport]) target?.addEventListener("resize", () => isOpen && resize(true));

  const insert = () => {
    resize(false);
    document.body.append(frame);
  };
  // The page comes first: the chat waits until it is loaded and has nothing to do.
  const whenIdle = () => ("requestIdleCallback" in window ? requestIdleCallback(insert, { timeout: 2000 }) : setTimeout(insert));
  if (document.readyState === "complete") whenIdle();
  else addEventListener("load", whenIdle);

  return {
    open: () => (enter(), command({ type: "open" })),
    close: () => command({ type: "close" }),
    toggle: () => (enter(), command({ type: "toggle" })),
    identify: (jwt) => command({ type: "identify", jwt: String(jwt) }),
    reset: () => command({ type: "reset" }),
    on: (event, listener) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      if (lasting.has(event)) listener();
    },
    off: (event, listener) => void listeners.get(event)?.delete(listener),
  };
}

function settingsOf(script: HTMLScriptElement): Settings {
  const { site = "", locale = "", theme = "", position = "" } = script.dataset;
  return { origin: new URL(script.src).origin, site, locale, theme, left: position === "left" };
}

const script = document.currentScript;
if (window.Switchboard) console.warn("Switchboard: the chat is on this page already.");
else if (!(script instanceof HTMLScriptElement) || !script.dataset["site"])
  console.warn("Switchboard: the script tag needs data-site.");
else window.Switchboard = start(settingsOf(script));
