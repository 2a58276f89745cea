// SPDX-License-Identifier: Apache-2.0
import type { DepartmentQueue, QueueSnapshot } from "@switchboard/sdk";
import { Button, CloseIcon } from "@switchboard/ui/components";
import type { ComponentType } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../texts";
import { type Series, seriesOf } from "./figures";
import { WaitingFirst } from "./waiting_first";

type Chart = ComponentType<{ series: Series }>;

/** Waiting customers and available agents over the last half hour, of all departments or of one. */
export function HistoryPanel(props: { history: readonly QueueSnapshot[]; department: DepartmentQueue | undefined; onAll: () => void }) {
  const { history, department } = props;
  const [Chart, setChart] = useState<Chart | undefined>();
  const series = useMemo(() => seriesOf(history, department?.id), [history, department?.id]);
  useEffect(() => {
    // The chart's library is only for those who look at queues.
    import("./history_chart").then(
      (module) => setChart(() => module.HistoryChart),
      () => {},
    );
  }, []);
  const waiting = series[1].filter((value) => value !== null);
  const summary = t("queues.chartSummary", { now: waiting.at(-1) ?? 0, most: Math.max(0, ...waiting), available: series[2].at(-1) ?? 0 });
  return (
    <section class="history" aria-label={t("queues.history")}>
      <header class="history-head">
        <h2>{department ? t("queues.historyOf", { name: department.name }) : t("queues.historyAll")}</h2>
        {department && (
          <Button size="small" variant="quiet" icon={<CloseIcon size={16} />} onClick={props.onAll}>
            {t("queues.showAll")}
          </Button>
        )}
        <p class="legend" aria-hidden="true">
          <span class="legend-mark legend-waiting" /> {t("queues.waiting")}
          <span class="legend-mark legend-available" /> {t("queues.availableAgents")}
        </p>
      </header>
      <div class="history-chart" role="img" aria-label={summary}>
        {Chart && <Chart series={series} />}
      </div>
      {department && <WaitingFirst key={department.id} department={department} all />}
    </section>
  );
}
