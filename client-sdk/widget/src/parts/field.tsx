// SPDX-License-Identifier: Apache-2.0
import type { JSX } from "preact";

/** What ties a control to its label and to what is wrong with it. */
interface FieldAttributes {
  readonly id: string;
  readonly name: string;
  readonly "aria-invalid"?: true;
  readonly "aria-describedby"?: string;
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly children: (attributes: FieldAttributes) => JSX.Element;
}

/** A labelled control with room for a word about what is wrong. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
        {hint && <span class="field-hint"> ({hint})</span>}
      </label>
      {children({ id, name: id, ...(error && { "aria-invalid": true as const, "aria-describedby": `${id}-error` }) })}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
