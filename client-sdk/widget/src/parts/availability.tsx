// SPDX-License-Identifier: Apache-2.0
import type { DepartmentInfo } from "@switchboard/sdk";

/** Whether a question would be answered now. */
export type Presence = "staffed" | "unstaffed" | "full" | "closed";

/** The presence of a department. */
export function presenceOf({ open, full, staffed }: DepartmentInfo): Presence {
  return !open ? "closed" : full ? "full" : staffed ? "staffed" : "unstaffed";
}

/** Whether a question would be taken now. */
export function takesQuestions(presence: Presence): boolean {
  return presence === "staffed" || presence === "unstaffed";
}

/** A dot and words; news of it are read out. */
export function Availability({ presence, text }: { presence: Presence; text: string }) {
  return (
    <p class={`availability availability-${presence}`} role="status">
      <span class="dot" aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}
