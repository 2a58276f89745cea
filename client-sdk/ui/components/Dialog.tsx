// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./IconButton";
import { CloseIcon } from "./icons";

/** What a dialog shows. */
export interface DialogProps {
  title: string;
  /** Name of the button in the corner. */
  closeLabel: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons below the content, the main one last. */
  actions?: ComponentChildren;
  /** With it the dialog is a form: Enter in a field, or the submit button, calls it. */
  onSubmit?: () => void;
  wide?: boolean;
}

/**
 * A dialog over the page. Takes the focus to the first field, gives it back to where it was, and closes on Escape. The page behind
 * must be made `inert` by whoever shows it; so what has to stay reachable beside a dialog (an incoming offer) stays so.
 */
export function Dialog({ title, closeLabel, onClose, onSubmit, wide, children, actions }: DialogProps) {
  const panel = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useFocusInside(panel);
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  // Tab leads over the browser's own buttons and back: on the way nothing of the page has the focus.
  useEffect(() => {
    const onDocument = (event: KeyboardEvent) => event.target === document.body && closeOnEscape(event);
    document.addEventListener("keydown", onDocument, true);
    return () => document.removeEventListener("keydown", onDocument, true);
  });
  // A click beside a form would throw away what was filled in.
  const clickedBeside = (event: MouseEvent) => event.target === event.currentTarget && !onSubmit && onClose();
  return (
    <div class="sb-dialog-backdrop" onMouseDown={clickedBeside}>
      <div
        ref={panel}
        class={`sb-dialog ${wide ? "sb-dialog-wide" : ""}`}
        role="dialog"
        aria-labelledby={titleId}
        tabIndex={-1}
        onKeyDown={closeOnEscape}
      >
        <header class="sb-dialog-header">
          <h2 class="sb-dialog-title" id={titleId}>
            {title}
          </h2>
          <IconButton label={closeLabel} icon={<CloseIcon />} onClick={onClose} />
        </header>
        <Content {...(onSubmit ? { onSubmit } : {})} actions={actions}>
          {children}
        </Content>
      </div>
    </div>
  );
}

function Content({ onSubmit, actions, children }: Pick<DialogProps, "onSubmit" | "actions" | "children">) {
  const content = (
    <>
      <div class="sb-dialog-content">{children}</div>
      {actions && <div class="sb-dialog-actions">{actions}</div>}
    </>
  );
  if (!onSubmit) return content;
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form class="sb-dialog-form" noValidate onSubmit={submit}>
      {content}
    </form>
  );
}

function useFocusInside(panel: { current: HTMLDivElement | null }): void {
  // Asked while drawing: once the page behind is inert, its focus is gone.
  const [before] = useState(() => document.activeElement);
  // Before the next key can be pressed: the page behind has no focus any more, so nobody would hear it.
  useLayoutEffect(() => {
    const first = panel.current?.querySelector<HTMLElement>(
      ".sb-dialog-content :is(input:checked, input, select, textarea):not(:disabled)",
    );
    (first ?? panel.current)?.focus();
    return () => {
      // The page is inert until the dialog is gone from the document.
      setTimeout(() => before instanceof HTMLElement && before.isConnected && before.focus());
    };
  }, []);
}
