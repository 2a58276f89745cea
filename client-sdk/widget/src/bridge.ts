// SPDX-License-Identifier: Apache-2.0
// The frame's end of the wire to the page that embeds it.
import { readToFrame, sealed, type ToFrame, type ToPage } from "../shared/messages";

/** The part of a window that the bridge needs. */
export interface FrameWindow {
  readonly parent: { postMessage(message: unknown, targetOrigin: string): void };
  readonly location: { readonly ancestorOrigins?: { readonly length: number; readonly [index: number]: string } };
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** A wire to one page, and to no other. */
export interface Bridge {
  tellPage(message: ToPage): void;
}

/**
 * Listens to the page of this origin. Undefined when the browser says that the page is another one, or that the origin is none to
 * which a message can be addressed. Messages of other windows and origins are passed over without a sign.
 */
export function connectPage(frame: FrameWindow, origin: string, heard: (message: ToFrame) => void): Bridge | undefined {
  const ancestor = frame.location.ancestorOrigins?.[0];
  if (!isOrigin(origin) || (ancestor !== undefined && ancestor !== origin)) return undefined;
  frame.addEventListener("message", (event) => {
    if (event.source !== frame.parent || event.origin !== origin) return;
    const message = readToFrame(event.data);
    if (message) heard(message);
  });
  return { tellPage: (message) => frame.parent.postMessage(sealed(message), origin) };
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    return url.origin === text && /^https?:$/.test(url.protocol);
  } catch {
    return false;
  }
}
