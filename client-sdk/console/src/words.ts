// SPDX-License-Identifier: Apache-2.0
// Identifiers and limits as people read them.

const encoder = new TextEncoder();

/** Bytes of UTF-8, in which the server counts. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The longest beginning of the text within so many bytes; never half a character. */
export function withinBytes(text: string, limit: number): string {
  if (byteLength(text) <= limit) return text;
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes > limit) break;
    kept += character;
  }
  return kept;
}

/** `reset_2fa` as "Reset 2fa", `account_access-reset_2fa` as "Account access: reset 2fa". */
export function humanised(identifier: string): string {
  const words = identifier
    .replace(/_/g, " ")
    .replace(/(\S)-(?=\S)/, "$1: ")
    .trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** A skill as people read it. Within its department the department need not be said again. */
export function skillName(skill: string, departmentId: string): string {
  return humanised(skill.startsWith(`${departmentId}-`) ? skill.slice(departmentId.length + 1) : skill);
}

/** A piece of a text: plain, or an address that may be opened. */
export interface TextPiece {
  text: string;
  href?: string;
}

/** The text with its web addresses told apart; nothing but http and https ever becomes a link. */
export function textPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'}]/gi)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push(URL.canParse(match[0]) ? { text: match[0], href: match[0] } : { text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
