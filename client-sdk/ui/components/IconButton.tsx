// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, JSX, Ref } from "preact";

type NativeButton = Omit<JSX.IntrinsicElements["button"], "icon" | "label" | "ref" | "class" | "children">;

/** Attributes of a `<button>` that shows an icon only. */
export interface IconButtonProps extends NativeButton {
  /** The accessible name, shown as a tooltip too. */
  label: string;
  icon: ComponentChildren;
  class?: string;
  buttonRef?: Ref<HTMLButtonElement>;
}

/** A button that shows only an icon; its name is told to assistive technology and on hover. */
export function IconButton({ label, icon, buttonRef, ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} ref={buttonRef ?? null} class={`sb-icon-button ${rest.class ?? ""}`} aria-label={label}>
      {icon}
    </button>
  );
}
