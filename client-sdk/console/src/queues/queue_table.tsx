// SPDX-License-Identifier: Apache-2.0
import type { DepartmentQueue } from "@switchboard/sdk";
import { DownIcon, TextField, UpIcon } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import { Elapsed } from "../parts/elapsed";
import { t, type TextKey } from "../texts";
import { StateBadges } from "./department_card";
import { type Column, sorted, type Sorting } from "./figures";
import { abandonRate, meanAnswerMs, serviceLevel } from "./service_figures";
import { durationText, estimateText, percentText } from "./words";

const COLUMNS: readonly { column: Column; text: TextKey }[] = [
  { column: "name", text: "queues.department" },
  { column: "waiting", text: "queues.waiting" },
  { column: "oldest", text: "queues.longest" },
  { column: "offered", text: "queues.offered" },
  { column: "active", text: "queues.active" },
  { column: "wrapUp", text: "queues.wrapUp" },
  { column: "available", text: "queues.available" },
  { column: "full", text: "queues.full" },
  { column: "away", text: "queues.away" },
  { column: "offline", text: "queues.offline" },
  { column: "free", text: "queues.free" },
  { column: "serviceLevel", text: "queues.serviceLevelName" },
  { column: "answerTime", text: "queues.answerTime" },
  { column: "abandoned", text: "queues.abandoned" },
  { column: "estimate", text: "queues.estimate" },
];

/** Longer tables can be searched. */
const SEARCH_FROM = 16;

/** Every department with its counts. A department can be chosen for the chart; columns sort. */
export function QueueTable(props: {
  rows: readonly DepartmentQueue[];
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const [sorting, setSorting] = useState<Sorting | undefined>();
  const [wanted, setWanted] = useState("");
  const found = props.rows.filter(({ name }) => name.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()));
  return (
    <section class="queue-table-section" aria-label={t("queues.departments")}>
      {props.rows.length >= SEARCH_FROM && (
        <div class="queue-search">
          <TextField label={t("queues.search")} type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        </div>
      )}
      <div class="queue-table-frame" role="region" aria-label={t("queues.table")} tabIndex={0}>
        <table class="queue-table">
          <caption class="sb-visually-hidden">{t("queues.departments")}</caption>
          <Head sorting={sorting} onSort={setSorting} />
          <tbody>
            {sorted(found, sorting).map((row) => (
              <Row key={row.id} row={row} chosen={row.id === props.chosen} onChoose={props.onChoose} />
            ))}
          </tbody>
        </table>
        {found.length === 0 && <p class="queue-none">{t("queues.noneFound")}</p>}
      </div>
    </section>
  );
}

function Head({ sorting, onSort }: Pick<HeadCellProps, "sorting" | "onSort">) {
  return (
    <thead>
      <tr class="column-groups">
        <td />
        <th scope="colgroup" colSpan={5}>
          {t("queues.groupChats")}
        </th>
        <th scope="colgroup" colSpan={5}>
          {t("queues.groupAgents")}
        </th>
        <th scope="colgroup" colSpan={4}>
          {t("queues.recent")}
        </th>
      </tr>
      <tr>
        {COLUMNS.map(({ column, text }) => (
          <HeadCell key={column} column={column} text={t(text)} sorting={sorting} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

interface HeadCellProps {
  column: Column;
  text: string;
  sorting: Sorting | undefined;
  onSort: (sorting: Sorting | undefined) => void;
}

function HeadCell({ column, text, sorting, onSort }: HeadCellProps) {
  const active = sorting?.column === column;
  const descending = active && sorting.descending;
  // Numbers are most interesting from the top; the third click gives the configuration's order back.
  const first = column !== "name";
  const next = !active ? { column, descending: first } : descending === first ? { column, descending: !first } : undefined;
  return (
    <th scope="col" {...(active ? { "aria-sort": descending ? ("descending" as const) : ("ascending" as const) } : {})}>
      <button type="button" class="sort" onClick={() => onSort(next)}>
        {text}
        {active && (descending ? <DownIcon size={12} /> : <UpIcon size={12} />)}
      </button>
    </th>
  );
}

function Row({ row, chosen, onChoose }: { row: DepartmentQueue; chosen: boolean; onChoose: (id: string | undefined) => void }) {
  return (
    <tr id={`department-${row.id}`} class={chosen ? "row-chosen" : ""}>
      <th scope="row">
        <button
          type="button"
          class="row-name"
          aria-pressed={chosen}
          title={t("queues.showHistory")}
          onClick={() => onChoose(chosen ? undefined : row.id)}
        >
          {row.name}
        </button>
        <StateBadges department={row} />
      </th>
      <td class={row.waiting > 0 ? "count-strong" : ""}>{count(row.waiting)}</td>
      <td>{row.oldestMs > 0n ? <Elapsed sinceMs={Number(row.oldestMs)} coloured /> : count(0)}</td>
      <td>{count(row.offered)}</td>
      <td>{count(row.active)}</td>
      <td>{count(row.wrapUp)}</td>
      <td>{count(row.agentsAvailable)}</td>
      <td>{count(row.agentsFull)}</td>
      <td>{count(row.agentsAway)}</td>
      <td>{count(row.agentsOffline)}</td>
      <td>{count(row.freeSlots)}</td>
      <td>{percentText(serviceLevel(row.recent))}</td>
      <td>{durationText(meanAnswerMs(row.recent))}</td>
      <td>{percentText(abandonRate(row.recent))}</td>
      <td>{estimateText(row.estimate)}</td>
    </tr>
  );
}

// Zeros step back, so that what is there stands out.
function count(value: number) {
  return value === 0 ? <span class="zero">0</span> : value;
}
