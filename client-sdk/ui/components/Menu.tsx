// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** An entry of a menu. */
export interface MenuItem {
  label: string;
  icon?: ComponentChildren;
  /** Shown at the end of the entry, for example its state. */
  detail?: ComponentChildren;
  /** Marks the entry as the one in force; the menu then is a choice. */
  checked?: boolean;
  /** A line is drawn above. */
  separated?: boolean;
  onChoose: () => void;
}

/** What a menu shows. */
export interface MenuProps {
  /** The accessible name of the button. */
  label: string;
  button: ComponentChildren;
  buttonClass?: string;
  items: readonly MenuItem[];
  /** Above the entries, for example who is signed in. */
  header?: ComponentChildren;
  /** Raised by whoever opens the menu from elsewhere, for example by a shortcut. */
  openSignal?: number;
}

/** A button with a menu: arrows, Home, End, first letters, Escape; the focus comes back to the button. */
export function Menu({ label, button, buttonClass, items, header, openSignal = 0 }: MenuProps) {
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useOpen(root, openSignal);
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  const choose = (item: MenuItem) => {
    close();
    item.onChoose();
  };
  return (
    <div class="sb-menu-root" ref={root} onFocusOut={(event) => leaves(event, root.current) && setOpen(false)}>
      <button
        ref={trigger}
        type="button"
        class={buttonClass ?? "sb-icon-button"}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div class="sb-menu">
          {header && <div class="sb-menu-header">{header}</div>}
          <div role="menu" aria-label={label} onKeyDown={(event) => onMenuKey(event, close)}>
            {items.map((item) => (
              <MenuEntry key={item.label} item={item} onChoose={() => choose(item)} />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

// Open: the focus goes into the menu before the next key can be pressed, and a click elsewhere closes it.
function useOpen(root: { current: HTMLDivElement | null }, openSignal: number): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(false);
  const heard = useRef(openSignal);
  useLayoutEffect(() => {
    if (openSignal !== heard.current) setOpen(true);
    heard.current = openSignal;
  }, [openSignal]);
  useLayoutEffect(() => {
    if (!open) return;
    const find = (selector: string) => root.current?.querySelector<HTMLElement>(selector);
    (find('.sb-menu-item[aria-checked="true"]') ?? find(".sb-menu-item"))?.focus();
    const outside = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  return [open, setOpen];
}

function MenuEntry({ item, onChoose }: { item: MenuItem; onChoose: () => void }) {
  const role =
    item.checked === undefined ? { role: "menuitem" as const } : { role: "menuitemradio" as const, "aria-checked": item.checked };
  return (
    <button type="button" tabIndex={-1} class={`sb-menu-item ${item.separated ? "sb-menu-separated" : ""}`} {...role} onClick={onChoose}>
      {item.icon && <span class="sb-menu-icon">{item.icon}</span>}
      <span class="sb-menu-label">{item.label}</span>
      {item.detail && <span class="sb-menu-detail">{item.detail}</span>}
    </button>
  );
}

function leaves(event: FocusEvent, root: HTMLElement | null): boolean {
  return event.relatedTarget instanceof Node && !root?.contains(event.relatedTarget);
}

function onMenuKey(event: KeyboardEvent & { currentTarget: HTMLElement }, close: () => void): void {
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>(".sb-menu-item")];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 };
  const target = steps[event.key];
  event.stopPropagation();
  if (target !== undefined) {
    event.preventDefault();
    entries[target % entries.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.preventDefault();
    close();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    [...entries.slice(at + 1), ...entries].find((entry) => entry.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
  }
}
