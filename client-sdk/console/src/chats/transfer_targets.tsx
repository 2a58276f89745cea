// SPDX-License-Identifier: Apache-2.0
// The three ways to say where a chat goes. Each tells the target as soon as it is complete.
import { AgentState, type Colleague, type DepartmentInfo, type SwitchboardError, type TransferOptions } from "@switchboard/sdk";
import { Avatar, Badge, ChoiceGroup, Select, Spinner, TextField, type Tone } from "@switchboard/ui/components";
import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { problemText } from "../problems";
import { t } from "../texts";
import { humanised, skillName } from "../words";

/** What each of the ways works on. */
export interface TargetProps {
  chat: Chat;
  target: TransferOptions | undefined;
  onChange: (target: TransferOptions | undefined) => void;
}

/** Longer lists can be searched. */
const SEARCH_FROM = 9;

function useSearch(count: number): { field: preact.JSX.Element | null; matches: (text: string) => boolean } {
  const [wanted, setWanted] = useState("");
  const field =
    count < SEARCH_FROM ? null : (
      <TextField label={t("transfer.search")} type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
    );
  return { field, matches: (text) => text.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()) };
}

function stateOf({ open, staffed }: DepartmentInfo): { text: string; tone: Tone } {
  if (!open) return { text: t("department.closed"), tone: "bad" };
  return staffed ? { text: t("department.staffed"), tone: "good" } : { text: t("department.unstaffed"), tone: "caution" };
}

function DepartmentLabel({ department }: { department: DepartmentInfo }) {
  const { text, tone } = stateOf(department);
  return (
    <span class="target">
      <span>{department.name}</span>
      <Badge tone={tone}>{text}</Badge>
    </span>
  );
}

/** To a department, perhaps with a topic. */
export function DepartmentTarget({ target, onChange }: TargetProps) {
  const { departments } = useDesk();
  const { field, matches } = useSearch(departments.length);
  const chosen = departments.find(({ id }) => id === target?.department);
  const choices = departments
    .filter((department) => matches(department.name) || department === chosen)
    .map((department) => ({ value: department.id, label: <DepartmentLabel department={department} />, disabled: !department.open }));
  return (
    <>
      {field}
      <div class="targets">
        <ChoiceGroup
          label={t("transfer.department")}
          choices={choices}
          value={target?.department ?? ""}
          onChoose={(department) => onChange({ department })}
        />
      </div>
      {chosen && chosen.topics.length > 0 && (
        <Select
          label={t("transfer.topic")}
          value={target?.topic ?? ""}
          onChange={(event) => onChange({ department: chosen.id, topic: event.currentTarget.value })}
        >
          <option value="">{t("transfer.noTopic")}</option>
          {options(chosen.topics, humanised)}
        </Select>
      )}
    </>
  );
}

function options(values: readonly string[], nameOf: (value: string) => string) {
  return values.map((value) => (
    <option key={value} value={value}>
      {nameOf(value)}
    </option>
  ));
}

const LEVELS = ["1", "2", "3", "4", "5"];
const USUAL_LEVEL = 3;

/** To whoever has a skill, in this department or another. */
export function SkillTarget({ chat, target, onChange }: TargetProps) {
  const desk = useDesk();
  const [departmentId, setDepartment] = useState(chat.info.department);
  const skill = target?.skills?.[0];
  const level = skill?.level ?? USUAL_LEVEL;
  const skills = desk.departments.find(({ id }) => id === departmentId)?.skills ?? [];
  const choose = (name: string, wanted: number) => {
    // Without a department it stays where it is, and the log does not tell of a move.
    const elsewhere = departmentId === chat.info.department ? {} : { department: departmentId };
    onChange(name ? { ...elsewhere, skills: [{ name, level: wanted }] } : undefined);
  };
  const chooseDepartment = (id: string) => {
    setDepartment(id);
    onChange(undefined);
  };
  const levels = LEVELS.map((value) => ({ value, label: value, disabled: !skill }));
  return (
    <>
      <Select label={t("transfer.inDepartment")} value={departmentId} onChange={(event) => chooseDepartment(event.currentTarget.value)}>
        {options(
          desk.departments.map(({ id }) => id),
          (id) => desk.departmentName(id),
        )}
      </Select>
      <Select label={t("transfer.skill")} value={skill?.name ?? ""} onChange={(event) => choose(event.currentTarget.value, level)}>
        <option value="">{t("transfer.chooseSkill")}</option>
        {options(skills, (name) => skillName(name, departmentId))}
      </Select>
      <ChoiceGroup
        label={t("transfer.level")}
        row
        choices={levels}
        value={String(level)}
        onChoose={(wanted) => choose(skill?.name ?? "", Number(wanted))}
      />
    </>
  );
}

/** To one colleague, who must serve the department. */
export function ColleagueTarget(props: TargetProps) {
  const desk = useDesk();
  const [colleagues, setColleagues] = useState<readonly Colleague[] | undefined>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const useful = (all: Colleague[]) => setColleagues(all.filter(({ departments }) => departments.length > 0));
    desk.colleagues().then(useful, (error: SwitchboardError) => setProblem(problemText(error)));
  }, [desk]);
  if (problem) return <p class="form-problem">{problem}</p>;
  if (!colleagues) {
    return (
      <p class="form-hint form-waiting">
        <Spinner /> {t("transfer.loading")}
      </p>
    );
  }
  if (colleagues.length === 0) return <p class="form-hint">{t("transfer.noColleagues")}</p>;
  return <ColleagueChoice {...props} colleagues={colleagues} />;
}

function ColleagueChoice({ chat, target, onChange, colleagues }: TargetProps & { colleagues: readonly Colleague[] }) {
  const desk = useDesk();
  const { field, matches } = useSearch(colleagues.length);
  const current = chat.info.department;
  const chosen = colleagues.find(({ agent }) => agent?.id === target?.agent);
  const choices = colleagues
    .filter((one) => matches(one.agent?.name ?? "") || one === chosen)
    .map((one) => ({ value: one.agent?.id ?? "", label: <ColleagueLabel colleague={one} /> }));
  const choose = (agent: string, department: string) => onChange({ agent, ...(department === current ? {} : { department }) });
  const chooseAgent = (agent: string) => {
    const departments = colleagues.find((one) => one.agent?.id === agent)?.departments ?? [];
    choose(agent, departments.includes(current) ? current : (departments[0] ?? current));
  };
  return (
    <>
      {field}
      <div class="targets">
        <ChoiceGroup label={t("transfer.colleague")} choices={choices} value={target?.agent ?? ""} onChoose={chooseAgent} />
      </div>
      {chosen && (
        <Select
          label={t("transfer.inDepartment")}
          value={target?.department ?? current}
          onChange={(event) => choose(chosen.agent?.id ?? "", event.currentTarget.value)}
        >
          {options(chosen.departments, (id) => desk.departmentName(id))}
        </Select>
      )}
    </>
  );
}

function ColleagueLabel({ colleague: { agent, state, load, capacity, departments } }: { colleague: Colleague }) {
  const desk = useDesk();
  const available = state === AgentState.AVAILABLE;
  return (
    <span class="target">
      <Avatar name={agent?.name ?? ""} colourKey={agent?.id ?? ""} size="small" />
      <span class="target-words">
        <span>{agent?.name || agent?.id}</span>
        <small>{departments.map((id) => desk.departmentName(id)).join(", ")}</small>
      </span>
      <Badge tone={available ? "good" : "caution"}>{available ? t("state.available") : t("state.away")}</Badge>
      <Badge tone={load >= capacity ? "caution" : "neutral"}>{t("transfer.load", { load, capacity })}</Badge>
    </span>
  );
}
