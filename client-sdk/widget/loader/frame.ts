// SPDX-License-Identifier: Apache-2.0
// The frame on the page: its element, where it stands and how large it is. Styles go through CSSOM, so that a page whose policy forbids
// inline styles may embed it; nothing of the page itself is moved or styled.

/** What the script tag says. */
export interface Settings {
  readonly origin: string;
  readonly site: string;
  readonly locale: string;
  readonly theme: string;
  readonly left: boolean;
}

/** The launcher is 56 px; the rest is room for its shadow and the unread count. */
const LAUNCHER_PX = 76;
const PHONE = "(max-width: 479px)";

/** The frame for these settings, closed and not yet on the page. */
export function createFrame(settings: Settings): HTMLIFrameElement {
  const { origin, site, locale, theme } = settings;
  const query = new URLSearchParams({ site, origin: location.origin, locale, theme });
  const frame = document.createElement("iframe");
  frame.src = `${origin}/widget/?${query}`;
  frame.title = "Chat";
  frame.allow = "";
  return frame;
}

/** Gives the frame its place; again after every change of the window, which may have become a phone's. */
export function place(frame: HTMLIFrameElement, settings: Settings, open: boolean): void {
  const side = settings.left ? "left" : "right";
  const style: Record<string, string> = {
    all: "initial",
    position: "fixed",
    zIndex: "2147483000",
    border: "0",
    // A frame is only see-through when both sides of its border have the same scheme.
    colorScheme: settings.theme === "light" || settings.theme === "dark" ? settings.theme : "light dark",
  };
  if (!open) Object.assign(style, { width: `${LAUNCHER_PX}px`, height: `${LAUNCHER_PX}px`, bottom: "10px", [side]: "10px" });
  else if (matchMedia(PHONE).matches) Object.assign(style, phone());
  else {
    Object.assign(style, {
      width: "400px",
      height: "min(680px, calc(100dvh - 32px))",
      bottom: "16px",
      [side]: "16px",
      maxWidth: "calc(100vw - 32px)",
    });
    Object.assign(style, { borderRadius: "16px", boxShadow: "0 16px 48px rgb(15 18 30 / 24%), 0 2px 8px rgb(15 18 30 / 12%)" });
  }
  frame.removeAttribute("style");
  Object.assign(frame.style, style);
}

// Where a keyboard covers a part of the window, the frame takes the part that is left.
function phone(): Record<string, string> {
  const view = visualViewport;
  const seen =
    view && view.scale === 1 ? { top: `${view.offsetTop}px`, height: `${view.height}px` } : { top: "0", height: "100dvh" };
  return { ...seen, left: "0", width: "100%" };
}
