// SPDX-License-Identifier: Apache-2.0
import { becomes } from "../support/eventually";
import { ConsolePage } from "../support/console_page";
import type { Agent, Scene } from "../support/scene";
import { Camera } from "./camera";
import { LINES, LONG_NAME, NAMES } from "./texts";

const camera = new Camera("console");

/** Sign-in, menus and dialogs around the chats. */
export async function consolePictures(stage: Scene): Promise<void> {
  const device = await stage.device("elena");
  const elena = Object.assign(new ConsolePage(await device.visit("/console/")), { device }) as Agent;
  const { page } = elena;
  await elena.button("Sign in").waitFor();
  await camera.take(page, "sign-in", { dark: true });
  await elena.signIn("elena", "wrong");
  await page.getByText("That login and password do not go together.").waitFor();
  await camera.take(page, "sign-in-wrong");
  await elena.signIn("elena");
  await elena.state.waitFor();
  await camera.take(page, "away");
  await elena.setState("Available");
  await camera.take(page, "no-chats", { dark: true });
  await elena.state.click();
  await camera.take(page, "states");
  await page.keyboard.press("Escape");
  await elena.button("Account of Elena").click();
  await camera.take(page, "account", { dark: true });
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await camera.take(page, "shortcuts", { dark: true });
  await page.keyboard.press("Escape");

  const rosa = await stage.visitor({
    department: "purchase_dispute",
    topic: "Promotion code refused",
    name: LONG_NAME,
    text: LINES[1] ?? "",
  });
  await elena.offer(LONG_NAME).waitFor();
  await camera.take(page, "offer", { dark: true });
  await elena.accept(LONG_NAME);
  await camera.take(page, "chat-begins");
  for (const [at, line] of LINES.slice(2).entries()) await (at % 2 === 0 ? elena.say(line) : rosa.chat.send(line));
  await elena.note(`Known customer. ${LINES[3]}`);
  await elena.say("One moment, please");
  await elena.composer.fill("A draft of an answer that is a little longer than the field is wide, so that it has to grow. ".repeat(3));
  rosa.chat.setTyping(true);
  await camera.take(page, "chat", { dark: true });
  await elena.button("Details").click();
  await camera.take(page, "details", { dark: true });
  await elena.button("Details").click();
  await elena.composer.fill("");
  await page.getByRole("radio", { name: "Note", exact: true }).check({ force: true });
  await camera.take(page, "note", { dark: true });
  await page.getByRole("radio", { name: "Message", exact: true }).check({ force: true });
  await stage.visitor({ department: "order_issue", name: "Omar", text: "Hello" });
  await stage.visitor({ department: "order_issue", name: "Yuki", text: LINES[3] ?? "" });
  await elena.offer("Yuki").waitFor();
  await camera.take(page, "offers", { dark: true });
  await elena.accept("Omar");
  await elena.decline("Yuki");
  await dialogPictures(stage, elena);
  elena.device.gate.cut();
  await elena.say("Written without a network");
  await elena.outage.waitFor();
  await camera.take(page, "outage", { dark: true });
  elena.device.gate.restore();
  await elena.outage.waitFor({ state: "detached" });
  await elena.open(LONG_NAME);
  await rosa.chat.close();
  await page.getByRole("form", { name: "Wrap-up" }).waitFor();
  await camera.take(page, "wrap-up", { dark: true });
}

async function dialogPictures(stage: Scene, elena: Agent): Promise<void> {
  await stage.agent("david");
  await elena.button("Transfer").click();
  for (const way of ["Skill", "Colleague", "Department"]) {
    await elena.page.getByRole("radio", { name: way, exact: true }).check({ force: true });
    if (way === "Colleague") await elena.page.getByRole("radio", { name: /David/ }).waitFor();
    await camera.take(elena.page, `transfer-${way.toLowerCase()}`, { dark: way === "Department" });
  }
  await elena.page.keyboard.press("Escape");
  await elena.button("Close chat").click();
  await camera.take(elena.page, "close", { dark: true });
  await elena.page.keyboard.press("Escape");
}

/** Forty chats of one agent; on phones the list is a screen of its own. */
export async function fortyChatsPictures(stage: Scene): Promise<void> {
  const david = await stage.agent("david");
  for (let at = 0; at < 40; ++at) {
    const visitor = await stage.visitor({
      department: "order_issue",
      name: NAMES[at % NAMES.length] ?? "",
      text: LINES[at % LINES.length] ?? "",
    });
    await david.page
      .getByRole("button", { name: /^Accept chat/ })
      .first()
      .waitFor();
    await david.page.keyboard.press("Alt+Shift+KeyA");
    await becomes("it is accepted", () => david.chats().then(({ length }) => length), at + 1);
    if (at % 3 === 0) await visitor.chat.send("Are you there?");
    if (at % 4 === 0) await david.say("One moment, please");
  }
  await camera.take(david.page, "forty-chats", { dark: true });
  await david.page.evaluate(() => void (location.hash = "#/chats"));
  await camera.take(david.page, "forty-chats-list");
}
