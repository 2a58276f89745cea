// SPDX-License-Identifier: Apache-2.0
import type { Locator, Page } from "playwright-core";
import { eventually } from "./eventually";
import { PASSWORD } from "./tenant";
import type { Shown } from "./widget_page";

/** The console on one page, as an agent uses it. */
export class ConsolePage {
  constructor(readonly page: Page) {}

  async signIn(login: string, password = PASSWORD): Promise<void> {
    await this.page.getByLabel("Login").fill(login);
    await this.page.getByLabel("Password").fill(password);
    await this.button("Sign in").click();
  }

  get state(): Locator {
    return this.page.getByRole("button", { name: /^Your state: / });
  }
  get composer(): Locator {
    return this.page.getByRole("textbox", { name: /^(Message to the customer|Note for colleagues)$/ });
  }
  get log(): Locator {
    return this.page.getByRole("log", { name: "Conversation" });
  }
  get list(): Locator {
    return this.page.getByRole("navigation", { name: "Chats" });
  }
  /** Shown while the connection is away. */
  get outage(): Locator {
    return this.page.getByText("The connection is away and will be back soon.");
  }
  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }
  dialog(name: string): Locator {
    return this.page.getByRole("dialog", { name });
  }
  offer(customer: string): Locator {
    return this.page.getByRole("article", { name: `Incoming chat from ${customer}` });
  }
  chat(customer: string): Locator {
    return this.page.getByRole("region", { name: `Chat with ${customer}` });
  }

  /** Sets the state by the menu: "Available", "Away – Lunch", ... */
  async setState(label: string): Promise<void> {
    await this.state.click();
    await this.page.getByRole("menuitemradio", { name: label }).click();
    await this.button(`Your state: ${label}`).waitFor();
  }

  async accept(customer: string): Promise<void> {
    await this.button(`Accept chat from ${customer}`).click();
    await this.chat(customer).waitFor();
  }

  async decline(customer: string, reason = "Without a reason"): Promise<void> {
    await this.button(`Decline chat from ${customer}`).click();
    await this.page.getByRole("menuitem", { name: reason }).click();
    await this.offer(customer).waitFor({ state: "detached" });
  }

  /** Brings a chat of the list to the front. */
  async open(customer: string): Promise<void> {
    await this.list.getByRole("link").filter({ hasText: customer }).click();
    await this.chat(customer).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.#write("Message", text);
  }

  async note(text: string): Promise<void> {
    await this.#write("Note", text);
    await this.page.getByRole("radio", { name: "Message" }).check({ force: true });
  }

  /** Messages from top to bottom; notes and what has not left this page are told so. */
  async shown(): Promise<Shown[]> {
    return this.log.locator(".group").evaluateAll((groups) =>
      groups.flatMap((group) => {
        const note = group.classList.contains("group-note") ? " [note]" : "";
        const who = group.querySelector(".group-author strong")?.textContent ?? "";
        return [...group.querySelectorAll(".bubble")].map((bubble) => {
          const waiting = bubble.matches(".bubble-unsent, .bubble-rejected") ? " [not sent]" : "";
          return { who, text: (bubble.textContent ?? "") + note + waiting };
        });
      }),
    );
  }

  /** Lines about what happened, without their times. */
  async happenings(): Promise<string[]> {
    return this.log.locator(".happening p > span").allTextContents();
  }

  /** Names in the list of chats, from top to bottom. */
  async chats(): Promise<string[]> {
    return this.list.locator(".chat-item-name").allTextContents();
  }

  async transferToDepartment(customer: string, department: string, note: string): Promise<void> {
    await this.button("Transfer").click();
    const dialog = this.dialog(`Transfer chat with ${customer}`);
    await dialog.getByRole("radio", { name: department }).check({ force: true });
    await dialog.getByLabel("Note for whoever takes over (optional)").fill(note);
    await dialog.getByRole("button", { name: "Transfer chat" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  async close(customer: string, outcome: string, comment = ""): Promise<void> {
    await this.button("Close chat").click();
    const dialog = this.dialog(`Close chat with ${customer}`);
    const choice = dialog.getByRole("radio", { name: outcome, exact: true });
    if (await choice.count()) await choice.check({ force: true });
    else if (outcome) await dialog.getByLabel("Outcome").fill(outcome);
    if (comment) await dialog.getByLabel("Comment (optional)").fill(comment);
    await dialog.getByRole("button", { name: "Close chat" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  async #write(kind: "Message" | "Note", text: string): Promise<void> {
    await this.page.getByRole("radio", { name: kind, exact: true }).check({ force: true });
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await eventually("the field is empty", async () => (await this.composer.inputValue()) === "");
  }
}

/** The queue page, as a supervisor watches it. */
export class QueuePage {
  constructor(readonly page: Page) {}

  /** The figures of one department by the column's name. */
  async department(name: string): Promise<Record<string, string>> {
    return this.page.getByRole("table", { name: "Departments" }).evaluate((table, wanted) => {
      const words = (cell: Element) => cell.textContent?.trim() ?? "";
      const columns = [...table.querySelectorAll("thead tr:last-child th")].map(words);
      const row = [...table.querySelectorAll("tbody tr")].find((each) => each.querySelector(".row-name")?.textContent === wanted);
      return Object.fromEntries([...(row?.children ?? [])].map((cell, at) => [columns[at] ?? "", words(cell)]));
    }, name);
  }

  /** Some figures of one department, as numbers, in the order of the names. */
  async figures(department: string, ...columns: string[]): Promise<number[]> {
    const row = await this.department(department);
    return columns.map((column) => Number(row[column]));
  }

  /** A figure of the row of totals. */
  async total(label: string): Promise<string> {
    const figure = this.page.locator(".totals .figure").filter({ has: this.page.getByText(label, { exact: true }) });
    return (await figure.locator(".figure-value").textContent()) ?? "";
  }
}
