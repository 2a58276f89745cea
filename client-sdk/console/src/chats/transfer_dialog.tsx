// SPDX-License-Identifier: Apache-2.0
import type { TransferOptions } from "@switchboard/sdk";
import { ChoiceGroup, TextArea } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import type { Chat } from "../chat";
import { FormDialog } from "../parts/form_dialog";
import { customerName, t } from "../texts";
import { ColleagueTarget, DepartmentTarget, SkillTarget, type TargetProps } from "./transfer_targets";

const WAYS = {
  department: DepartmentTarget,
  skill: SkillTarget,
  colleague: ColleagueTarget,
} satisfies Record<string, (props: TargetProps) => preact.JSX.Element>;

type Way = keyof typeof WAYS;

/** Passes a chat on: to a department, to whoever has a skill, or to a colleague. It keeps its place in the queue. */
export function TransferDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [way, setWay] = useState<Way>("department");
  const [target, setTarget] = useState<TransferOptions | undefined>();
  const [note, setNote] = useState("");
  const Target = WAYS[way];
  const run = () => {
    if (!target) return t("transfer.chooseFirst");
    return chat.conversation.transfer({ ...target, ...(note.trim() ? { note: note.trim() } : {}) });
  };
  const chooseWay = (value: string) => {
    setWay(value as Way);
    setTarget(undefined);
  };
  const title = t("transfer.title", { name: customerName(chat.customerName) });
  const ways = (Object.keys(WAYS) as Way[]).map((value) => ({ value, label: t(`transfer.${value}`) }));
  return (
    <FormDialog title={title} submitLabel={t("transfer.submit")} onClose={onClose} run={run} wide>
      <ChoiceGroup label={t("transfer.to")} row choices={ways} value={way} onChoose={chooseWay} />
      <Target chat={chat} target={target} onChange={setTarget} />
      <TextArea
        label={t("transfer.note")}
        hint={t("transfer.noteHint")}
        rows={2}
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
