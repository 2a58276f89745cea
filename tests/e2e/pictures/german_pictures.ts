// SPDX-License-Identifier: Apache-2.0
import type { Scene } from "../support/scene";
import { PASSWORD } from "../support/tenant";
import { Camera } from "./camera";

const camera = new Camera("german");

/** The pages in German, whose words are longer. Their names are not the tests' own, so elements are found by kind. */
export async function germanPictures(stage: Scene): Promise<void> {
  const device = await stage.device("customer", { locale: "de-DE" });
  const shop = await device.visit("/demo/");
  const widget = shop.frameLocator('iframe[title="Chat"]');
  await widget.getByRole("button").click();
  await widget.locator("form").waitFor();
  await widget.locator("select").first().selectOption({ index: 3 });
  await widget.locator("form button[type=submit]").click();
  await camera.take(shop, "form", { dark: true });
  await widget.locator("textarea").fill("Wo bleibt mein Paket?");
  await widget.locator("form button[type=submit]").click();
  await widget.getByRole("log").waitFor();
  await camera.take(shop, "waiting");

  const agent = await stage.device("mona", { locale: "de-DE" });
  const console = await agent.visit("/console/");
  await camera.take(console, "sign-in");
  await console.locator("input").nth(0).fill("mona");
  await console.locator("input").nth(1).fill(PASSWORD);
  await console.locator("button[type=submit]").click();
  await console.locator(".header").waitFor();
  await console.keyboard.press("s");
  await camera.take(console, "states");
  await console.keyboard.press("Home");
  await console.keyboard.press("Enter");
  await console.locator(".offer").waitFor();
  await camera.take(console, "offer");
  await console.keyboard.press("Alt+Shift+KeyA");
  await console.getByRole("log").waitFor();
  await camera.take(console, "chat", { dark: true });
  await console.keyboard.press("Alt+Shift+KeyT");
  await console.getByRole("dialog").waitFor();
  await camera.take(console, "transfer");
  await console.keyboard.press("Escape");
  await console.keyboard.press("Escape");
  await console.evaluate(() => void (location.hash = "#/queues"));
  await console.locator("canvas").waitFor();
  await camera.take(console, "queues");
}
