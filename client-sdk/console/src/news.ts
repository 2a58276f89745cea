// SPDX-License-Identifier: Apache-2.0
// What the desk tells once.
import type { SwitchboardError } from "@switchboard/sdk";

/** Something that has happened and is told once. */
export type News =
  | { kind: "offer"; name: string }
  | { kind: "message"; chatId: string; name: string; text: string }
  | { kind: "problem"; name: string; error: SwitchboardError }
  | { kind: "asked" | "notAsked" | "missed" | "withdrawn" | "closed" | "passedOn" | "lost"; name: string };

/** A piece of news on the screen. */
export interface Notice {
  readonly id: number;
  readonly news: News;
}
