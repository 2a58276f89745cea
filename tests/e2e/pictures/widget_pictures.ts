// SPDX-License-Identifier: Apache-2.0
import { becomes } from "../support/eventually";
import { blockWidgetStorage } from "../support/host_page";
import type { Scene } from "../support/scene";
import { customerJwt } from "../support/tenant";
import { WidgetPage } from "../support/widget_page";
import { Camera } from "./camera";
import { LINES, LONG_NAME } from "./texts";

const camera = new Camera("widget");

/** The shop and the widget in every state of a conversation. */
export async function widgetPictures(stage: Scene): Promise<void> {
  const customer = await stage.customer();
  const { page } = customer;
  await new Camera("shop").take(page, "page", { dark: true, whole: true });
  await camera.take(page, "launcher", { dark: true });
  await customer.open();
  await camera.take(page, "form", { dark: true });
  await customer.button("Start chat").click();
  await camera.take(page, "form-complaints", { dark: true });
  await customer.fill({
    department: "Prices and billing",
    topic: "Billed but never bought",
    name: LONG_NAME,
    question: LINES.slice(1, 4).join(" "),
  });
  await camera.take(page, "form-filled");
  await customer.button("Start chat").click();
  await becomes("the place", () => customer.place(), "You are next");
  await camera.take(page, "waiting", { dark: true });
  await customer.button("Leave the queue").click();
  await camera.take(page, "leave-queue");
  await customer.button("Keep waiting").click();

  const elena = await stage.agent("elena");
  await elena.accept(LONG_NAME);
  await camera.take(page, "talk-begins");
  for (const [at, line] of LINES.entries()) await (at % 2 === 0 ? elena.say(line) : customer.say(line));
  await customer.say("Thanks, that helps");
  await elena.composer.pressSequentially("I am");
  await customer.frame.getByRole("img", { name: /is typing/ }).waitFor();
  await camera.take(page, "talk", { dark: true });
  await customer.composer.fill(`${"A long draft that grows the field. ".repeat(12)}`);
  await camera.take(page, "long-draft");
  await customer.composer.fill("x".repeat(16_400));
  await camera.take(page, "too-long-draft", { widths: [1440] });
  await customer.composer.fill("");
  await customer.log.evaluate((element) => element.scrollTo({ top: 0 }));
  await elena.say("Something new while scrolled up");
  await customer.button(/new message/).waitFor();
  await camera.take(page, "scrolled-up");
  await customer.button("Chat options").click();
  await camera.take(page, "options", { dark: true });
  await customer.button("Chat options").click();
  await customer.minimise();
  for (const text of ["One more thing", "Are you there?"]) await elena.say(text);
  await becomes("unread", () => customer.launcher.getAttribute("aria-label"), "Open chat, 2 unread messages");
  await camera.take(page, "unread", { dark: true });
  await customer.open();
  customer.device.gate.cut();
  await customer.say("Written without a network");
  await customer.outage.waitFor();
  await camera.take(page, "outage", { dark: true });
  customer.device.gate.restore();
  await customer.outage.waitFor({ state: "detached" });

  await elena.transferToDepartment(LONG_NAME, "Orders", "");
  await customer.text("You are being passed on to Orders").waitFor();
  await camera.take(page, "passed-on");
  const david = await stage.agent("david");
  await david.accept(LONG_NAME);
  await customer.button("Chat options").click();
  await customer.button("End chat").click();
  await camera.take(page, "end-question");
  await customer.frame.getByRole("dialog").getByRole("button", { name: "End chat" }).click();
  await customer.text("You ended this chat.").waitFor();
  await camera.take(page, "ended", { dark: true });
  await customer.frame.getByRole("radio", { name: "Good", exact: true }).check({ force: true });
  await camera.take(page, "rating", { dark: true });
  await customer.rate("Good", "Kind people");
  await camera.take(page, "rated");
  await page.evaluate((token) => window.Switchboard?.identify(token), `${customerJwt("c", "C")}x`);
  await customer.text("The chat has stopped").waitFor();
  await camera.take(page, "stopped");
}

/** States that need another browser or another tenant. */
export async function blockedStoragePictures(stage: Scene): Promise<void> {
  const device = await stage.device("customer");
  await blockWidgetStorage(device.context);
  const page = await device.visit("/demo/");
  await new WidgetPage(page).open();
  await camera.take(page, "storage-blocked");
}

/** The widget when every department is closed. */
export async function closedPictures(stage: Scene): Promise<void> {
  const customer = await stage.customer();
  await customer.launcher.click();
  await customer.text("We are closed right now").waitFor();
  await camera.take(customer.page, "closed", { dark: true });
}
