// SPDX-License-Identifier: Apache-2.0
import type { QueueSnapshot } from "@switchboard/sdk";
import { Badge, Button, CloseIcon, EmptyState, QueueIcon, ScreenIcon, Spinner, WarningIcon } from "@switchboard/ui/components";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useSeconds } from "../clock";
import { useDesk } from "../desk_context";
import { problemText } from "../problems";
import { settings } from "../settings";
import { useStore } from "../store";
import { t, time } from "../texts";
import { wall } from "../wall";
import { AgentsPanel } from "./agents_panel";
import { AttentionList } from "./attention_list";
import { DepartmentsView, Definitions, viewFor, ViewSwitch } from "./departments_view";
import { HistoryPanel } from "./history_panel";
import { QueueDesk } from "./queue_desk";
import { attentionsOf, byNeed } from "./service_figures";
import { TotalsRow } from "./totals_row";

/** The queues, live: what needs attention, sums, every department, who is there, and the last half hour. */
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
  const desk = useDesk();
  const { on: big } = useStore(wall);
  const { queueView } = useStore(settings);
  const [departmentId, setDepartment] = useState<string | undefined>();
  const [allAttentions, setAllAttentions] = useState(false);
  useSeconds();
  const stale = queues.isStale(Date.now());
  const department = current.departments.find(({ id }) => id === departmentId);
  const attentions = attentionsOf(current, desk.clock.now());
  const look = (id: string) => {
    setDepartment(id);
    document.getElementById(`department-${id}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <div class={`queues ${stale ? "queues-stale" : ""} ${big ? "queues-wall" : ""}`}>
      <Head current={current} stale={stale} big={big} />
      <AttentionList
        attentions={attentions}
        all={allAttentions}
        onAll={() => setAllAttentions(true)}
        onChoose={look}
      />
      <TotalsRow snapshot={current} />
      {current.departments.length === 0 ? (
        <EmptyState icon={<QueueIcon size={28} />} title={t("queues.noDepartments")} children={t("queues.noDepartmentsHint")} />
      ) : (
        <div class={`queues-body queues-${big ? "cards" : viewFor(queueView, current.departments.length)}`}>
          <div class="queues-main">
            <DepartmentsView queues={queues} departments={big ? byNeed(current, attentions) : current.departments} chosen={department?.id} onChoose={setDepartment} />
            {!big && <HistoryPanel history={queues.history} department={department} onAll={() => setDepartment(undefined)} />}
          </div>
          <AgentsPanel />
        </div>
      )}
      {!big && <Definitions />}
    </div>
  );
}

function Head({ current, stale, big }: { current: QueueSnapshot; stale: boolean; big: boolean }) {
  const { queueView } = useStore(settings);
  return (
    <div class="queues-head">
      <h1>{t("queues.title")}</h1>
      <p class="queues-live" role="status">
        {stale ? <Badge tone="caution">{t("queues.noNews", { time: time.clock(Number(current.timeMs)) })}</Badge> : <LiveMark />}
      </p>
      <div class="queues-tools">
        {!big && <ViewSwitch view={viewFor(queueView, current.departments.length)} />}
        <Button
          size="small"
          variant="quiet"
          icon={big ? <CloseIcon size={16} /> : <ScreenIcon size={16} />}
          onClick={() => wall.set(!big)}
        >
          {t(big ? "queues.leaveWall" : "queues.wall")}
        </Button>
      </div>
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
