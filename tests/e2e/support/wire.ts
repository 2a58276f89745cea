// SPDX-License-Identifier: Apache-2.0

/** Parts of frames and events that only staff may see. */
const STAFF_ONLY = new Set([
  "note",
  "offer",
  "offerMade",
  "offerEnded",
  "offerWithdrawn",
  "dispositionRecorded",
  "colleagues",
  "queueSnapshot",
  "agentStatus",
]);

/** Names of staff-only parts in frames of the JSON subprotocol; each is looked into to its last leaf. */
export function staffOnlyParts(frames: readonly string[]): string[] {
  const found: string[] = [];
  const search = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (STAFF_ONLY.has(key)) found.push(`${key}: ${JSON.stringify(inner)}`);
      if (key === "audience" && inner === "STAFF") found.push(`an event for staff: ${JSON.stringify(value)}`);
      search(inner);
    }
  };
  for (const frame of frames) search(JSON.parse(frame));
  return found;
}
