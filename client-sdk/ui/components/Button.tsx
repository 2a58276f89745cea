// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, JSX, Ref } from "preact";
import { Spinner } from "./Spinner";

type NativeButton = Omit<JSX.IntrinsicElements["button"], "size" | "icon" | "ref" | "class">;

/** Attributes of a `<button>`, and how it looks. */
export interface ButtonProps extends NativeButton {
  /** `primary` once per view at most; default `secondary`. */
  variant?: "primary" | "secondary" | "quiet" | "danger";
  size?: "small" | "medium";
  /** What the button started has not ended: it shows so and takes no clicks. */
  busy?: boolean;
  icon?: ComponentChildren;
  class?: string;
  buttonRef?: Ref<HTMLButtonElement>;
}

/** A button with a text. It never submits a form unless its type says so. */
export function Button({ variant = "secondary", size = "medium", busy = false, icon, buttonRef, children, ...rest }: ButtonProps) {
  const classes = `sb-button sb-button-${variant} sb-button-${size} ${rest.class ?? ""}`;
  return (
    <button type="button" {...rest} ref={buttonRef ?? null} class={classes} aria-busy={busy} disabled={rest.disabled || busy}>
      {busy ? <Spinner /> : icon}
      <span class="sb-button-text">{children}</span>
    </button>
  );
}
