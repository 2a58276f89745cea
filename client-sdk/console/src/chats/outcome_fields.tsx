// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from "@switchboard/sdk";
import { ChoiceGroup, Select, TextArea, TextField } from "@switchboard/ui/components";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { t } from "../texts";
import { humanised, withinBytes } from "../words";

const CODE_BYTES = 64;
const COMMENT_BYTES = 2000;
/** More codes than this are a list to open. */
const MOST_BUTTONS = 6;

/** Whether the chat's department wants an outcome. */
export function useOutcomeRequired(chat: Chat): boolean {
  return useDesk().departments.find(({ id }) => id === chat.info.department)?.dispositionRequired ?? false;
}

/** The outcome of a chat: one of the department's codes, or any word where it has none; and a comment. */
export function OutcomeFields({
  chat,
  outcome,
  onChange,
  error,
}: {
  chat: Chat;
  outcome: Outcome;
  onChange: (outcome: Outcome) => void;
  error: string;
}) {
  const desk = useDesk();
  const codes = desk.departments.find(({ id }) => id === chat.info.department)?.dispositions ?? [];
  const { disposition = "", comment = "" } = outcome;
  const choose = (code: string) => onChange({ ...outcome, disposition: withinBytes(code, CODE_BYTES) });
  return (
    <>
      <CodeField codes={codes} code={disposition} choose={choose} error={error} />
      <TextArea
        label={t("outcome.comment")}
        rows={2}
        value={comment}
        onInput={(event) => onChange({ ...outcome, comment: withinBytes(event.currentTarget.value, COMMENT_BYTES) })}
      />
    </>
  );
}

interface CodeFieldProps {
  codes: readonly string[];
  code: string;
  choose: (code: string) => void;
  error: string;
}

function CodeField({ codes, code, choose, error }: CodeFieldProps) {
  const common = { label: t("outcome.label"), error, value: code };
  if (codes.length === 0) {
    return <TextField {...common} hint={t("outcome.freeHint")} onInput={(event) => choose(event.currentTarget.value)} />;
  }
  if (codes.length <= MOST_BUTTONS) return <CodeButtons codes={codes} code={code} choose={choose} error={error} />;
  return (
    <Select {...common} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{t("outcome.none")}</option>
      {codes.map((one) => (
        <option key={one} value={one}>
          {humanised(one)}
        </option>
      ))}
    </Select>
  );
}

function CodeButtons({ codes, code, choose, error }: CodeFieldProps) {
  const choices = codes.map((value) => ({ value, label: humanised(value) }));
  return (
    <div>
      <ChoiceGroup label={t("outcome.label")} row choices={choices} value={code} onChoose={choose} />
      <p class="form-problem" role="alert">
        {error}
      </p>
    </div>
  );
}
