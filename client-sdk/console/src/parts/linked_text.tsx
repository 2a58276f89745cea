// SPDX-License-Identifier: Apache-2.0
import { textPieces } from "../words";

/** A text whose web addresses can be opened; everything else stays text. */
export function LinkedText({ text }: { text: string }) {
  return (
    <>
      {textPieces(text).map((piece, at) =>
        piece.href === undefined ? (
          piece.text
        ) : (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}
