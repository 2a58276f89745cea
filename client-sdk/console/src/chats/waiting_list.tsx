// SPDX-License-Identifier: Apache-2.0
import { AgentState, type Waiting } from "@switchboard/sdk";
import { Badge, Button } from "@switchboard/ui/components";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useDesk } from "../desk_context";
import { Elapsed } from "../parts/elapsed";
import { useStore } from "../store";
import { customerName, t } from "../texts";
import { WaitingDesk, type WaitingDepartment } from "../waiting_desk";
import { humanised } from "../words";

/** Who waits where agents pick, with the button to take one. Nothing where no such department is served. */
export function WaitingLists() {
  const desk = useDesk();
  const lists = useStore(useMemo(() => new WaitingDesk(desk.client), [desk]));
  useEffect(() => {
    lists.start();
    return () => lists.stop();
  }, [lists]);
  if (!lists.answer || lists.answer.length === 0) return null;
  const all = lists.answer.reduce((sum, { waiting }) => sum + waiting.length, 0);
  return (
    <section class="waiting-lists" aria-label={t("pick.title")}>
      <h2 class="chat-list-title">
        {t("pick.title")}
        {all > 0 && <Badge>{all}</Badge>}
      </h2>
      <div class="waiting-scroll">
        {lists.answer.map((list) => (
          <DepartmentList key={list.department.id} list={list} named={lists.answer?.length !== 1} />
        ))}
      </div>
    </section>
  );
}

function DepartmentList({ list: { department, waiting }, named }: { list: WaitingDepartment; named: boolean }) {
  const desk = useDesk();
  const { status } = desk;
  const away = status?.state !== AgentState.AVAILABLE;
  const hint = away ? t("pick.away") : status.load >= status.capacity ? t("pick.full") : "";
  return (
    <>
      {named && <h3 class="waiting-department">{department.name}</h3>}
      {waiting.length === 0 && <p class="chat-list-empty">{t("pick.none")}</p>}
      {waiting.length > 0 && hint && <p class="waiting-hint">{hint}</p>}
      <ol aria-label={t("queues.firstOf", { name: department.name })}>
        {waiting.map((one) => (
          <WaitingItem key={one.conversation.id} waiting={one} disabled={hint !== ""} />
        ))}
      </ol>
    </>
  );
}

function WaitingItem({ waiting: { conversation, preview }, disabled }: { waiting: Waiting; disabled: boolean }) {
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const { id, customer, topic, urgent, enqueuedMs, queuedMs, startedMs } = conversation;
  const name = customerName(customer?.name ?? "");
  const take = () => {
    setBusy(true);
    void desk.tryPick(id).then(() => setBusy(false));
  };
  return (
    <li class="waiting-item">
      <span class="chat-item-name">{name}</span>
      <span class="chat-item-time">
        <Elapsed sinceMs={Number(enqueuedMs || queuedMs || startedMs)} coloured />
      </span>
      <span class="chat-item-preview">
        {urgent && <Badge tone="bad">{t("queues.urgent")}</Badge>} {preview || humanised(topic) || t("list.noText")}
      </span>
      <Button size="small" busy={busy} disabled={disabled} aria-label={t("pick.take", { name })} onClick={take}>
        {t("pick.takeShort")}
      </Button>
    </li>
  );
}
