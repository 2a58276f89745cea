// SPDX-License-Identifier: Apache-2.0
import type { DepartmentInfo } from "@switchboard/sdk";
import { useRef, useState } from "preact/hooks";
import { useSurface } from "../context";
import { Availability, type Presence, presenceOf, takesQuestions } from "../parts/availability";
import { Field } from "../parts/field";
import { failureText, type State } from "../state";
import { byteLength, humanise } from "../text";
import type { TextKey } from "../texts";

const NAME_BYTES = 100;

interface Answers {
  readonly department: string;
  readonly topic: string;
  readonly name: string;
  readonly question: string;
}

type Problems = Partial<Record<keyof Answers, { key: TextKey; count?: number }>>;

/** What all fields of the form get. */
interface FieldProps {
  readonly answers: Answers;
  readonly answer: (part: Partial<Answers>) => void;
  /** What is wrong with an answer, in words. */
  readonly problem: (name: keyof Answers) => string | undefined;
}

/** The questions before a chat. What is wrong is said when the person wants to send, and then until it is right. */
export function StartForm({ state, overall }: { state: State; overall: Presence }) {
  const { t } = useSurface();
  const { departments, kept } = state;
  const only = departments.length === 1 ? departments[0] : undefined;
  const { form, fields, department, busy, failure, submit } = useStartForm(state, only);
  return (
    <form class="form" ref={form} noValidate onSubmit={submit}>
      {kept !== "" && <p class="banner banner-info">{t("start.kept")}</p>}
      {!only && <DepartmentField {...fields} departments={departments} overall={overall} />}
      {department && presenceOf(department) !== overall && (
        <Availability presence={presenceOf(department)} text={t(`department.${presenceOf(department)}`)} />
      )}
      {department && department.topics.length > 0 && <TopicField {...fields} topics={department.topics} />}
      <NameField {...fields} />
      <QuestionField {...fields} first={only !== undefined} />
      {failure && (
        <p class="field-error" role="alert">
          {t(failure)}
        </p>
      )}
      <button type="submit" class="button button-primary button-wide" aria-disabled={busy}>
        {t(busy ? "start.sending" : "start.send")}
      </button>
    </form>
  );
}

function useStartForm({ departments, textBytes, kept }: State, only: DepartmentInfo | undefined) {
  const { store, t } = useSurface();
  const [answers, setAnswers] = useState<Answers>({ department: "", topic: "", name: "", question: kept });
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<TextKey>();
  const form = useRef<HTMLFormElement>(null);
  const department = only ?? departments.find(({ id }) => id === answers.department);
  const problems = problemsOf(answers, department, textBytes);
  const fields: FieldProps = {
    answers,
    answer: (part) => setAnswers({ ...answers, ...part }),
    problem: (name) => {
      const found = checked ? problems[name] : undefined;
      return found && t(found.key, { count: found.count ?? 0 });
    },
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    setFailure(undefined);
    const wrong = (["department", "name", "question"] as const).find((name) => problems[name]);
    if (wrong) return form.current?.querySelector<HTMLElement>(`[name=${wrong}]`)?.focus();
    if (busy || !department) return;
    setBusy(true);
    const { topic, name, question } = answers;
    store.start({ department: department.id, topic, name: name.trim(), text: question.trim() }).catch((error: unknown) => {
      setBusy(false);
      setFailure(failureText(error));
    });
  };
  return { form, fields, department, busy, failure, submit };
}

interface DepartmentFieldProps extends FieldProps {
  readonly departments: readonly DepartmentInfo[];
  readonly overall: Presence;
}

function DepartmentField({ answers, answer, problem, departments, overall }: DepartmentFieldProps) {
  const { t } = useSurface();
  return (
    <Field id="department" label={t("start.department")} error={problem("department")}>
      {(attributes) => (
        <select
          {...attributes}
          class="control"
          data-first
          value={answers.department}
          onChange={({ currentTarget }) => answer({ department: currentTarget.value, topic: "" })}
        >
          <option value="" disabled>
            {t("start.departmentChoose")}
          </option>
          {departments.map((each) => (
            <option key={each.id} value={each.id} disabled={!takesQuestions(presenceOf(each))}>
              <DepartmentOption department={each} overall={overall} />
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

// Only what differs from the greeting is worth a word.
function DepartmentOption({ department, overall }: { department: DepartmentInfo; overall: Presence }) {
  const { t } = useSurface();
  const presence = presenceOf(department);
  if (presence === overall || presence === "staffed") return <>{department.name}</>;
  const state = t(`option.${presence}`);
  return <>{t("department.option", { name: department.name, state })}</>;
}

function TopicField({ answers, answer, topics }: FieldProps & { topics: readonly string[] }) {
  const { t } = useSurface();
  return (
    <Field id="topic" label={t("start.topic")} hint={t("start.optional")}>
      {(attributes) => (
        <select
          {...attributes}
          class="control"
          value={answers.topic}
          onChange={({ currentTarget }) => answer({ topic: currentTarget.value })}
        >
          <option value="">{t("start.topicAny")}</option>
          {topics.map((topic) => (
            <option key={topic} value={topic}>
              {humanise(topic)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function NameField({ answers, answer, problem }: FieldProps) {
  const { t } = useSurface();
  return (
    <Field id="name" label={t("start.name")} hint={t("start.optional")} error={problem("name")}>
      {(attributes) => (
        <input
          {...attributes}
          class="control"
          autoComplete="name"
          value={answers.name}
          onInput={({ currentTarget }) => answer({ name: currentTarget.value })}
        />
      )}
    </Field>
  );
}

function QuestionField({ answers, answer, problem, first }: FieldProps & { first: boolean }) {
  const { t } = useSurface();
  return (
    <Field id="question" label={t("start.question")} error={problem("question")}>
      {(attributes) => (
        <textarea
          {...attributes}
          class="control"
          rows={3}
          dir="auto"
          data-first={first ? true : undefined}
          placeholder={t("start.questionHint")}
          value={answers.question}
          onInput={({ currentTarget }) => answer({ question: currentTarget.value })}
        />
      )}
    </Field>
  );
}

function problemsOf(answers: Answers, department: DepartmentInfo | undefined, textBytes: number): Problems {
  const problems: Problems = {};
  if (!department) problems.department = { key: "invalid.department" };
  else if (!takesQuestions(presenceOf(department))) problems.department = { key: department.open ? "failed.full" : "failed.closed" };
  if (byteLength(answers.name.trim()) > NAME_BYTES) problems.name = { key: "invalid.nameLong" };
  const question = answers.question.trim();
  const over = byteLength(question) - textBytes;
  if (question === "") problems.question = { key: "invalid.question" };
  else if (over > 0) problems.question = { key: "invalid.questionLong", count: over };
  return problems;
}
