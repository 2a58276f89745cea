// SPDX-License-Identifier: Apache-2.0
// Labelled form fields. Hint and error belong to the field for assistive technology; the error replaces the hint.
import type { ComponentChildren, JSX, Ref } from "preact";
import { useId } from "preact/hooks";

interface FieldTexts {
  label: string;
  hint?: ComponentChildren;
  /** Why the value is not accepted; empty or absent: it is. */
  error?: string;
}

type Native<Tag extends "input" | "textarea" | "select"> = Omit<JSX.IntrinsicElements[Tag], "label" | "ref" | "class" | "children">;

function Field({ id, label, hint, error, children }: FieldTexts & { id: string; children: ComponentChildren }) {
  const below = error || hint;
  return (
    <div class={`sb-field ${error ? "sb-field-wrong" : ""}`}>
      <label class="sb-field-label" for={id}>
        {label}
      </label>
      {children}
      {below && (
        <p class="sb-field-below" id={`${id}-below`}>
          {below}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: FieldTexts) {
  return { id, "aria-invalid": Boolean(error), ...(hint || error ? { "aria-describedby": `${id}-below` } : {}) };
}

/** A field for one line. */
export function TextField({ label, hint, error, inputRef, ...rest }: Native<"input"> & FieldTexts & { inputRef?: Ref<HTMLInputElement> }) {
  const id = useId();
  const texts = { label, ...(hint ? { hint } : {}), ...(error ? { error } : {}) };
  return (
    <Field id={id} {...texts}>
      <input type="text" {...rest} ref={inputRef ?? null} class="sb-input" {...described(id, texts)} />
    </Field>
  );
}

/** A field for several lines. */
export function TextArea({ label, hint, error, ...rest }: Native<"textarea"> & FieldTexts) {
  const id = useId();
  const texts = { label, ...(hint ? { hint } : {}), ...(error ? { error } : {}) };
  return (
    <Field id={id} {...texts}>
      <textarea rows={3} {...rest} class="sb-input sb-textarea" {...described(id, texts)} />
    </Field>
  );
}

/** A choice of one out of a list that is known: the platform's own menu. Children are `<option>` elements. */
export function Select({ label, hint, error, children, ...rest }: Native<"select"> & FieldTexts & { children: ComponentChildren }) {
  const id = useId();
  const texts = { label, ...(hint ? { hint } : {}), ...(error ? { error } : {}) };
  return (
    <Field id={id} {...texts}>
      <select {...rest} class="sb-input sb-select" {...described(id, texts)}>
        {children}
      </select>
    </Field>
  );
}

/** One of the choices of ChoiceGroup. */
export interface Choice {
  value: string;
  label: ComponentChildren;
  disabled?: boolean;
}

/** A choice of one out of few that should all be seen: radio buttons, one tab stop, arrows move. */
export function ChoiceGroup(props: {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChoose: (value: string) => void;
  row?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class={`sb-choices ${props.row ? "sb-choices-row" : ""}`}>
      <legend class="sb-field-label">{props.label}</legend>
      {props.choices.map(({ value, label, disabled }) => (
        <label key={value} class="sb-choice">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            disabled={disabled ?? false}
            onChange={() => props.onChoose(value)}
          />
          <span class="sb-choice-label">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
