// SPDX-License-Identifier: Apache-2.0
import { ErrorCode, hasCode, type SwitchboardError, type TransferOptions } from "@switchboard/sdk";
import { ChoiceGroup, TextArea } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import type { Chat } from "../chat";
import { FormDialog } from "../parts/form_dialog";
import { problemText } from "../problems";
import { customerName, t } from "../texts";
import { ColleagueTarget, DepartmentTarget, SkillTarget, type TargetProps } from "./transfer_targets";

const WAYS = {
  department: DepartmentTarget,
  skill: SkillTarget,
  colleague: ColleagueTarget,
} satisfies Record<string, (props: TargetProps) => preact.JSX.Element>;

type Way = keyof typeof WAYS;

/**
 * Passes a chat on: to a department, to whoever has a skill, or to a colleague. It keeps its place in the queue. A colleague may also be
 * asked first.
 */
export function TransferDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [way, setWay] = useState<Way>("department");
  const [target, setTarget] = useState<TransferOptions | undefined>();
  const [note, setNote] = useState("");
  const [askFirst, setAskFirst] = useState(false);
  const [onlyIfFree, setOnlyIfFree] = useState(false);
  const Target = WAYS[way];
  const asking = askFirst && way === "colleague";
  const run = () => {
    if (!target) return t("transfer.chooseFirst");
    if (asking) return chat.conversation.startConsult(target.agent ?? "", note.trim());
    return chat.conversation.transfer({ ...target, onlyIfFree, ...(note.trim() ? { note: note.trim() } : {}) });
  };
  const problemOf = (error: SwitchboardError) => {
    if (!hasCode(error, ErrorCode.ILLEGAL_STATE)) return problemText(error);
    return asking ? t("consult.refused") : onlyIfFree ? t("transfer.nobodyFree") : problemText(error);
  };
  const chooseWay = (value: string) => {
    setWay(value as Way);
    setTarget(undefined);
  };
  const title = t("transfer.title", { name: customerName(chat.customerName) });
  const ways = (Object.keys(WAYS) as Way[]).map((value) => ({ value, label: t(`transfer.${value}`) }));
  return (
    <FormDialog
      title={title}
      submitLabel={t(asking ? "consult.submit" : "transfer.submit")}
      onClose={onClose}
      run={run}
      problemOf={problemOf}
      wide
    >
      <ChoiceGroup label={t("transfer.to")} row choices={ways} value={way} onChoose={chooseWay} />
      <Target chat={chat} target={target} onChange={setTarget} />
      {way === "colleague" && !chat.info.consulted && (
        <CheckBox label={t("consult.askFirst")} hint={t("consult.askFirstHint")} checked={askFirst} onChange={setAskFirst} />
      )}
      {!asking && (
        <CheckBox label={t("transfer.onlyIfFree")} hint={t("transfer.onlyIfFreeHint")} checked={onlyIfFree} onChange={setOnlyIfFree} />
      )}
      <TextArea
        label={t(asking ? "consult.note" : "transfer.note")}
        hint={t("transfer.noteHint")}
        rows={2}
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function CheckBox(props: { label: string; hint: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const { label, hint, checked, onChange } = props;
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>
        {label}
        <small>{hint}</small>
      </span>
    </label>
  );
}
