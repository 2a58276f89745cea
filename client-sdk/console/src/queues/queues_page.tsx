// SPDX-License-Identifier: Apache-2.0
import type { QueueSnapshot } from "@switchboard/sdk";
import { Badge, Button, EmptyState, QueueIcon, Spinner, WarningIcon } from "@switchboard/ui/components";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useSeconds } from "../clock";
import { useDesk } from "../desk_context";
import { problemText } from "../problems";
import { useStore } from "../store";
import { t, time } from "../texts";
import { HistoryPanel } from "./history_panel";
import { QueueDesk } from "./queue_desk";
import { QueueTable } from "./queue_table";
import { TotalsRow } from "./totals_row";

/** The queues, live: sums on top, the last half hour, and every department. */
export function QueuesPage() {
  const desk = useDesk();
  const queues = useStore(useMemo(() => new QueueDesk(desk.client), [desk]));
  useEffect(() => {
    queues.start();
    return () => queues.stop();
  }, [queues]);
  if (queues.error) return <Failed text={problemText(queues.error)} onRetry={() => queues.retry()} />;
  if (queues.current) return <Queues queues={queues} current={queues.current} />;
  return (
    <div class="starting" role="status">
      <Spinner size={24} />
      <span>{t("queues.loading")}</span>
    </div>
  );
}

function Queues({ queues, current }: { queues: QueueDesk; current: QueueSnapshot }) {
  const [departmentId, setDepartment] = useState<string | undefined>();
  useSeconds();
  const stale = queues.isStale(Date.now());
  const department = current.departments.find(({ id }) => id === departmentId);
  return (
    <div class={`queues ${stale ? "queues-stale" : ""}`}>
      <div class="queues-head">
        <h1>{t("queues.title")}</h1>
        <p class="queues-live" role="status">
          {stale ? <Badge tone="caution">{t("queues.noNews", { time: time.clock(Number(current.timeMs)) })}</Badge> : <LiveMark />}
        </p>
      </div>
      <TotalsRow snapshot={current} />
      {current.departments.length === 0 ? (
        <EmptyState icon={<QueueIcon size={28} />} title={t("queues.noDepartments")} children={t("queues.noDepartmentsHint")} />
      ) : (
        <>
          <HistoryPanel history={queues.history} department={department} onAll={() => setDepartment(undefined)} />
          <QueueTable rows={current.departments} chosen={department?.id} onChoose={setDepartment} />
        </>
      )}
    </div>
  );
}

function LiveMark() {
  return (
    <>
      <span class="live-dot" aria-hidden="true" />
      {t("queues.live")}
    </>
  );
}

function Failed({ text, onRetry }: { text: string; onRetry: () => void }) {
  return (
    <div class="starting">
      <EmptyState
        icon={<WarningIcon size={28} />}
        title={t("queues.failed")}
        action={<Button onClick={onRetry}>{t("queues.retry")}</Button>}
      >
        {text}
      </EmptyState>
    </div>
  );
}
