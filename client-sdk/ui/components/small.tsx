// SPDX-License-Identifier: Apache-2.0
// Small things that only show something.
import type { ComponentChildren } from "preact";
import { IconButton } from "./IconButton";
import { CloseIcon } from "./icons";

/** What a colour means, in all components. */
export type Tone = "neutral" | "accent" | "good" | "caution" | "bad" | "note";

/** A short word or number about something. */
export function Badge({ tone = "neutral", label, children }: { tone?: Tone; label?: string; children: ComponentChildren }) {
  return (
    <span class={`sb-badge sb-tone-${tone}`} {...(label ? { role: "img", "aria-label": label } : {})}>
      {children}
    </span>
  );
}

/** A coloured dot; what it means must be said in words beside it. */
export function Dot({ tone = "neutral" }: { tone?: Tone }) {
  return <span class={`sb-dot sb-dot-${tone}`} aria-hidden="true" />;
}

/** The first letters of the first and last word of a name; `?` without one. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("") || "?";
}

const AVATAR_COLOURS = 6;

/** A person as initials on a colour that stays the same for the same key. Decoration: the name stands beside it. */
export function Avatar({
  name,
  colourKey = name,
  size = "medium",
}: {
  name: string;
  colourKey?: string;
  size?: "small" | "medium" | "large";
}) {
  let hash = 0;
  for (const character of colourKey) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (
    <span class={`sb-avatar sb-avatar-${size} sb-avatar-${hash % AVATAR_COLOURS}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** News about the whole view, which stays until it is no longer true. */
export function Banner({
  tone = "neutral",
  icon,
  children,
  actions,
}: {
  tone?: Tone;
  icon?: ComponentChildren;
  children: ComponentChildren;
  actions?: ComponentChildren;
}) {
  return (
    <div class={`sb-banner sb-tone-${tone}`}>
      {icon}
      <div class="sb-banner-text">{children}</div>
      {actions}
    </div>
  );
}

/** A short piece of news. It stays until whoever shows it takes it away. */
export function Toast({
  tone = "neutral",
  children,
  closeLabel,
  onClose,
}: {
  tone?: Tone;
  children: ComponentChildren;
  closeLabel: string;
  onClose: () => void;
}) {
  return (
    <div class={`sb-toast sb-toast-${tone}`}>
      <div class="sb-toast-text">{children}</div>
      <IconButton label={closeLabel} icon={<CloseIcon />} onClick={onClose} />
    </div>
  );
}

/** What a place without content says: what will be here, and what to do for it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: ComponentChildren;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class="sb-empty">
      <div class="sb-empty-icon">{icon}</div>
      <p class="sb-empty-title">{title}</p>
      {children && <p class="sb-empty-text">{children}</p>}
      {action}
    </div>
  );
}
