// SPDX-License-Identifier: Apache-2.0
import type { QueueSnapshot } from "@switchboard/sdk";
import type { ComponentChildren } from "preact";
import { Elapsed } from "../parts/elapsed";
import { locale, t } from "../texts";
import { totalsOf } from "./figures";

const numbers = new Intl.NumberFormat(locale);

/** The figures that say at a glance how things are. */
export function TotalsRow({ snapshot }: { snapshot: QueueSnapshot }) {
  const totals = totalsOf(snapshot);
  return (
    <dl class="totals" aria-label={t("queues.totals")}>
      <Figure label={t("queues.waiting")}>{numbers.format(totals.waiting)}</Figure>
      <Figure label={t("queues.longest")}>{totals.oldestMs === undefined ? "–" : <Elapsed sinceMs={totals.oldestMs} coloured />}</Figure>
      <Figure label={t("queues.offered")}>{numbers.format(totals.offered)}</Figure>
      <Figure label={t("queues.active")}>{numbers.format(totals.active)}</Figure>
      <Figure label={t("queues.wrapUp")}>{numbers.format(totals.wrapUp)}</Figure>
      <Figure label={t("queues.availableAgents")} detail={t("queues.awayCount", { count: totals.away })}>
        {numbers.format(totals.available)}
      </Figure>
    </dl>
  );
}

function Figure({ label, detail, children }: { label: string; detail?: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        <span class="figure-value">{children}</span>
        {detail && <span class="figure-detail">{detail}</span>}
      </dd>
    </div>
  );
}
