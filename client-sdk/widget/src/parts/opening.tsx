// SPDX-License-Identifier: Apache-2.0
import type { DepartmentInfo } from "@switchboard/sdk";
import { useSurface } from "../context";
import { sameDay } from "./use_transcript";

/** When the first of the departments opens again, by the visitor's clock; undefined: nobody knows, or one of them is open. */
export function opensAt(departments: readonly DepartmentInfo[], now: number): number | undefined {
  if (departments.some(({ open }) => open)) return undefined;
  const times = departments.map(({ opensMs }) => Number(opensMs)).filter((ms) => ms > now);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Says when it opens again, where that is known. */
export function Opening({ departments }: { departments: readonly DepartmentInfo[] }) {
  const { t, times } = useSurface();
  const now = Date.now();
  const ms = opensAt(departments, now);
  if (ms === undefined) return null;
  const time = sameDay(ms, now) ? times.clock(ms) : `${times.day(ms, now)}, ${times.clock(ms)}`;
  return (
    <p class="opening">
      <time dateTime={new Date(ms).toISOString()}>{t("start.opens", { time })}</time>
    </p>
  );
}
