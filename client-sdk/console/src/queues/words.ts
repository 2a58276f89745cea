// SPDX-License-Identifier: Apache-2.0
// Figures in words of the reader's language.
import type { DepartmentQueue, WaitEstimate } from "@switchboard/sdk";
import { locale, t, time } from "../texts";

const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });

/** "82 %", or a dash where nothing counts. */
export function percentText(share: number | undefined): string {
  return share === undefined ? "–" : percents.format(share);
}

/** "0:42", or a dash where nobody was answered. */
export function durationText(ms: number | undefined): string {
  return ms === undefined ? "–" : time.duration(ms);
}

/** "2–5 min" for who would come now; a dash where nobody can say. */
export function estimateText(estimate: WaitEstimate | undefined): string {
  if (!estimate) return "–";
  const [low, high] = [Math.round(estimate.p50S / 60), Math.ceil(estimate.p90S / 60)];
  if (high <= 1) return t("queues.underMinute");
  return low === high ? t("queues.minutes", { count: high }) : t("queues.minuteRange", { low, count: high });
}

/** Places of the agents who are online, by use. */
export function placesOf({ usedSlots, freeSlots }: DepartmentQueue): { used: number; all: number } {
  return { used: usedSlots, all: usedSlots + freeSlots };
}
