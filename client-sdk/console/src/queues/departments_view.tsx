// SPDX-License-Identifier: Apache-2.0
import type { DepartmentQueue } from "@switchboard/sdk";
import { useId, useMemo } from "preact/hooks";
import { settings } from "../settings";
import { useStore } from "../store";
import { t } from "../texts";
import { wall } from "../wall";
import { DepartmentCard } from "./department_card";
import type { QueueDesk } from "./queue_desk";
import { QueueTable } from "./queue_table";
import { trendsOf } from "./service_figures";

/** How the departments are shown. */
export type View = "cards" | "table";

/** More departments than these are better read as a table. */
const MOST_CARDS = 12;

/** The view that was chosen; without a choice, the one that suits so many departments. */
export function viewFor(chosen: View | undefined, departments: number): View {
  return chosen ?? (departments <= MOST_CARDS ? "cards" : "table");
}

/** All departments, as cards or as a table. */
export function DepartmentsView(props: {
  queues: QueueDesk;
  departments: readonly DepartmentQueue[];
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const { queues, departments, chosen, onChoose } = props;
  const { queueView } = useStore(settings);
  const { on: big } = useStore(wall);
  const trends = useMemo(() => trendsOf(queues.history), [queues.history]);
  if (!big && viewFor(queueView, departments.length) === "table") {
    return <QueueTable rows={departments} chosen={chosen} onChoose={onChoose} />;
  }
  return (
    <section class="cards" aria-label={t("queues.departments")}>
      {departments.map((department) => (
        <div key={department.id} id={`department-${department.id}`} class="card-place">
          <DepartmentCard
            department={department}
            trend={trends.get(department.id)}
            chosen={department.id === chosen}
            onChoose={() => onChoose(department.id === chosen ? undefined : department.id)}
          />
        </div>
      ))}
    </section>
  );
}

/** Cards or table. */
export function ViewSwitch({ view }: { view: View }) {
  const name = useId();
  const option = (value: View) => (
    <label class="segment">
      <input type="radio" name={name} checked={view === value} onChange={() => (settings.queueView = value)} />
      {t(`queues.view.${value}`)}
    </label>
  );
  return (
    <div class="segments" role="radiogroup" aria-label={t("queues.view")}>
      {option("cards")}
      {option("table")}
    </div>
  );
}

/** How the figures are counted, for everybody: tooltips do not reach fingers. */
export function Definitions() {
  const pairs = [
    [t("queues.serviceLevelName"), t("queues.serviceLevelDefined")],
    [t("queues.answerTime"), t("queues.answerTimeMeans")],
    [t("queues.abandoned"), t("queues.abandonedMeans")],
    [t("queues.estimate"), t("queues.estimateMeans")],
  ];
  return (
    <details class="definitions">
      <summary>{t("queues.definitions")}</summary>
      <dl>
        {pairs.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
