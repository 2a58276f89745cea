// SPDX-License-Identifier: Apache-2.0
// Small things that are done to texts. Nothing here makes HTML.

/** A piece of a text: with `href` it is a link that may be followed. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

const LINK = /\bhttps?:\/\/[^\s<>"]+/gi;
const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** Size in UTF-8, which is what the server counts. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Cuts a text into plain pieces and links to http and https addresses. The pieces joined are the text. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = withoutTail(match[0]);
    const href = webAddress(address);
    if (href === undefined) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** "reset_2fa" -> "Reset 2fa": the names of topics are made for configuration files. */
export function humanise(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One or two letters for an avatar; empty for a name without letters. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => /\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}

// "(see https://example.org/a)." ends before the bracket and the full stop; "https://example.org/a_(b)" does not.
function withoutTail(address: string): string {
  for (;;) {
    const last = address.at(-1) ?? "";
    const opening = CLOSING[last];
    const unbalanced = opening !== undefined && address.split(last).length > address.split(opening).length;
    if (!unbalanced && !/[.,;:!?'*_~]/.test(last)) return address;
    address = address.slice(0, -1);
  }
}

function webAddress(address: string): string | undefined {
  try {
    const { protocol, href, hostname } = new URL(address);
    return (protocol === "http:" || protocol === "https:") && hostname !== "" ? href : undefined;
  } catch {
    return undefined;
  }
}
