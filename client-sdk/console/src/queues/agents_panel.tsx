// SPDX-License-Identifier: Apache-2.0
import { AgentState, type Colleague } from "@switchboard/sdk";
import { Avatar, Badge, CheckIcon, ClockIcon, TextField } from "@switchboard/ui/components";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useDesk } from "../desk_context";
import { Polling } from "../polling";
import { problemText } from "../problems";
import { useStore } from "../store";
import { t } from "../texts";
import { PlacesBar } from "./department_card";

const REFRESH_MS = 5000;
/** Longer lists can be searched. */
const SEARCH_FROM = 16;

/** How an agent is: available with room, without, or away. */
export type Presence = "free" | "full" | "away";

/** The presence of a colleague. */
export function presenceOf({ state, load, capacity }: Colleague): Presence {
  return state !== AgentState.AVAILABLE ? "away" : load >= capacity ? "full" : "free";
}

/** Who has room first, then the full ones, then who is away; each by name. */
export function byPresence(colleagues: readonly Colleague[]): Colleague[] {
  const rank: readonly Presence[] = ["free", "full", "away"];
  const order = (one: Colleague) => rank.indexOf(presenceOf(one));
  return [...colleagues].sort((one, other) => order(one) - order(other) || nameOf(one).localeCompare(nameOf(other)));
}

function nameOf({ agent }: Colleague): string {
  return agent?.name || agent?.id || "";
}

/** Everybody who is online: state, load and departments. */
export function AgentsPanel() {
  const desk = useDesk();
  const polling = useStore(useMemo(() => new Polling(() => desk.client.colleagues(), REFRESH_MS), [desk]));
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    polling.start();
    return () => polling.stop();
  }, [polling]);
  const all = polling.answer ?? [];
  const text = wanted.trim().toLocaleLowerCase();
  const found = byPresence(all).filter((one) => nameOf(one).toLocaleLowerCase().includes(text));
  return (
    <section class="agents" aria-labelledby="agents-title">
      <h2 id="agents-title">{t("queues.agentsOnline", { count: all.length })}</h2>
      {all.length >= SEARCH_FROM && (
        <TextField
          label={t("queues.searchAgents")}
          type="search"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {polling.answer && all.length === 0 && <p class="agents-none">{t("queues.noAgents")}</p>}
      {polling.error && <p class="form-problem">{problemText(polling.error)}</p>}
      <ul class="agents-list">
        {found.map((one) => (
          <Agent key={one.agent?.id} colleague={one} />
        ))}
      </ul>
    </section>
  );
}

const STATES = {
  free: { tone: "good", text: "state.available", icon: <CheckIcon size={12} /> },
  full: { tone: "accent", text: "queues.full", icon: <span class="state-square" /> },
  away: { tone: "caution", text: "state.away", icon: <ClockIcon size={12} /> },
} as const;

function Agent({ colleague }: { colleague: Colleague }) {
  const desk = useDesk();
  const { agent, load, capacity, departments } = colleague;
  const { tone, text, icon } = STATES[presenceOf(colleague)];
  const names = departments.map((id) => desk.departmentName(id)).join(", ");
  const places = t("queues.agentLoad", { load, capacity });
  return (
    <li class="agent">
      <Avatar name={nameOf(colleague)} colourKey={agent?.id ?? ""} size="small" />
      <span class="agent-name">{nameOf(colleague)}</span>
      <Badge tone={tone}>
        {icon} {t(text)}
      </Badge>
      <span class="agent-departments" title={names}>
        {names || t("queues.noDepartment")}
      </span>
      <span class="agent-load">
        <PlacesBar used={load} all={capacity} label={places} />
        <span class="sb-visually-hidden">{places}</span>
        <span aria-hidden="true">{`${load}/${capacity}`}</span>
      </span>
    </li>
  );
}
