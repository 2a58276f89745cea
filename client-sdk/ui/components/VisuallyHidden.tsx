// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

/** Text for assistive technology only. */
export function VisuallyHidden({ children }: { children: ComponentChildren }) {
  return <span class="sb-visually-hidden">{children}</span>;
}
