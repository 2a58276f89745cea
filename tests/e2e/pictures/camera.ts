// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { REPOSITORY } from "../support/repository";

const FOLDER = join(REPOSITORY, "build/screenshots");
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const;

/** How a picture is taken. */
export interface Shot {
  /** Dark ones too. */
  dark?: boolean;
  /** The whole page and not only what fits the window. */
  whole?: boolean;
  /** Only windows of these widths. */
  widths?: readonly number[];
  /** Goes before every picture, after the window has got its size. */
  before?: () => Promise<unknown>;
}

/** Takes pictures of one kind of page. */
export class Camera {
  constructor(readonly kind: string) {
    mkdirSync(FOLDER, { recursive: true });
  }

  /** A picture per size, and per scheme, named after kind, state, width and scheme. */
  async take(page: Page, state: string, { dark = false, whole = false, widths, before }: Shot = {}): Promise<void> {
    for (const size of SIZES.filter(({ width }) => !widths || widths.includes(width))) {
      await page.setViewportSize(size);
      await before?.();
      for (const colorScheme of dark ? (["light", "dark"] as const) : (["light"] as const)) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        await page.screenshot({ path: join(FOLDER, `${this.kind}-${state}-${size.width}-${colorScheme}.png`), fullPage: whole });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(SIZES[0]);
  }
}

/** Waits until what moves once has stopped, in all frames, and until canvases are drawn in the new colours. */
async function settled(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    await frame.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const passing = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().activeDuration ?? 0) < 2000);
      await Promise.allSettled(passing.map(({ finished }) => finished));
    });
  }
}
