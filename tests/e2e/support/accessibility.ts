// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { type AxeResults, source } from "axe-core";
import type { Frame, Page } from "playwright-core";
import { becomes } from "./eventually";

declare global {
  interface Window {
    axe: { run(context: Document, options: object): Promise<AxeResults> };
  }
}

const PATIENCE_MS = 5000;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails when axe finds anything serious or critical in this document, in light or in dark. Frames inside are not looked into. */
export async function isAccessible(page: Page, what: string, frame: Frame = page.mainFrame()): Promise<void> {
  // Evaluated by the browser's debugger, which the page's policy does not bind.
  if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(source);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours that are on their way to the other scheme have no contrast to be measured: what is real stays.
    await becomes(`${what}, ${colorScheme}`, () => violations(frame), [], PATIENCE_MS);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

async function violations(frame: Frame): Promise<string[]> {
  return frame.evaluate(async (rules) => {
    const results = await window.axe.run(document, { runOnly: rules, iframes: false, resultTypes: ["violations"] });
    return results.violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} (${any[0]?.message ?? ""})`).join(" | ")}`);
  }, RULES);
}

/** A wide table scrolls in a frame of its own. */
const MAY_SCROLL = "[role=region][tabindex]";

/** Fails when this document scrolls sideways, or when a control reaches beyond what is seen or cuts its own text off. */
export async function fits(frame: Frame, what: string): Promise<void> {
  const troubles = await frame.evaluate((mayScroll) => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`scrolls sideways: ${scrollWidth} in ${clientWidth}`);
    for (const control of document.querySelectorAll<HTMLElement>("button, a, input, select, textarea")) {
      const { left, right, width, height } = control.getBoundingClientRect();
      // What is only for screen readers is one pixel large, or moved away until it has the focus.
      if (
        width <= 1 ||
        height <= 1 ||
        getComputedStyle(control).visibility === "hidden" ||
        control.matches(".skip-link, .skip") ||
        control.closest(mayScroll)
      )
        continue;
      const name = control.getAttribute("aria-label") ?? control.textContent?.trim().slice(0, 40) ?? "";
      if (left < -1 || right > innerWidth + 1) found.push(`${name} reaches from ${left} to ${right} of ${innerWidth}`);
      if (control.matches("button") && control.scrollWidth > control.clientWidth + 1) found.push(`${name} is cut off`);
    }
    return found;
  }, MAY_SCROLL);
  assert.deepEqual(troubles, [], what);
}
