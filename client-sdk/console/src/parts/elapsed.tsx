// SPDX-License-Identifier: Apache-2.0
import { useSeconds } from "../clock";
import { useDesk } from "../desk_context";
import { time } from "../texts";

const AMBER_MS = 60_000;
const RED_MS = 180_000;

/** How urgent a wait has become. */
export function urgency(ms: number): "calm" | "amber" | "red" {
  return ms > RED_MS ? "red" : ms > AMBER_MS ? "amber" : "calm";
}

/** Time since a moment of the server's clock; ticks, and is coloured as it grows where `coloured`. */
export function Elapsed({ sinceMs, coloured }: { sinceMs: number; coloured?: boolean }) {
  const desk = useDesk();
  useSeconds();
  const ms = Math.max(0, desk.clock.now() - sinceMs);
  return <span class={`elapsed ${coloured ? `elapsed-${urgency(ms)}` : ""}`}>{time.duration(ms)}</span>;
}
