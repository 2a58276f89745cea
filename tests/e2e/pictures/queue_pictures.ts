// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";
import { becomes } from "../support/eventually";
import type { Scene } from "../support/scene";
import { Camera } from "./camera";

const camera = new Camera("queues");

/** The queue page without and with something on it. */
export async function queuePictures(stage: Scene): Promise<void> {
  const mona = await stage.supervisor();
  await mona.page.locator("canvas").waitFor();
  await camera.take(mona.page, "quiet", { whole: true });
  const david = await stage.agent("david");
  for (let at = 0; at < 7; ++at)
    await stage.visitor({ department: at % 3 ? "order_issue" : "shipping_issue", name: "Rosa", text: "Hello" });
  await david.page
    .getByRole("button", { name: /^Accept chat/ })
    .first()
    .click();
  await becomes("one is active", () => mona.total("Active"), "1");
  await camera.take(mona.page, "busy", { dark: true, whole: true });
  await mona.page.getByRole("button", { name: "Orders", exact: true }).click();
  await mona.page.getByRole("button", { name: "Waiting", exact: true }).click();
  await camera.take(mona.page, "department", { dark: true });
  await cardPictures(stage, mona.page);
}

/** Cards with something that needs attention, the answer to "why?", and the page as it hangs on a wall. */
async function cardPictures(stage: Scene, page: Page): Promise<void> {
  for (let at = 0; at < 4; ++at) await stage.visitor({ department: "product_defect", name: "Rosa", text: "It is broken" });
  await page.getByRole("radio", { name: "Cards" }).click();
  await page.getByRole("region", { name: "Departments" }).getByText("Defects and returns").waitFor();
  await camera.take(page, "cards", { dark: true, whole: true });
  await page.locator(".waiting-one").first().click();
  await page.getByRole("dialog").getByRole("table").waitFor();
  await camera.take(page, "why", { dark: true });
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Big screen" }).click();
  await camera.take(page, "wall", { widths: [1440] });
}

/** A hundred departments, and figures that have become old. */
export async function manyQueuesPictures(stage: Scene): Promise<void> {
  for (let at = 1; at < 40; at += 7) await stage.visitor({ department: `department_${at}`, text: "Hello" });
  const device = await stage.agent("mona", true);
  await device.page.getByRole("link", { name: "Queues" }).click();
  await device.page.locator("canvas").waitFor();
  await camera.take(device.page, "hundred");
  device.device.gate.cut();
  await device.outage.waitFor();
  await device.page.getByText(/^No news since/).waitFor();
  await camera.take(device.page, "stale");
}
