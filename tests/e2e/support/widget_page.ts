// SPDX-License-Identifier: Apache-2.0
import type { Download, FrameLocator, Locator, Page } from "playwright-core";

/** A message as a page shows it. */
export interface Shown {
  who: string;
  text: string;
}

/** What the form before a chat asks. */
export interface Question {
  department?: string;
  topic?: string;
  name?: string;
  question?: string;
}

/** The widget on one page, as the person in front of it uses it. */
export class WidgetPage {
  readonly frame: FrameLocator;

  constructor(readonly page: Page) {
    this.frame = page.frameLocator('iframe[title="Chat"]');
  }

  get launcher(): Locator {
    return this.frame.getByRole("button", { name: /^Open chat/ });
  }
  get panel(): Locator {
    return this.frame.getByRole("main", { name: "Chat" });
  }
  get log(): Locator {
    return this.frame.getByRole("log", { name: "Messages" });
  }
  get composer(): Locator {
    return this.frame.getByRole("textbox", { name: "Your message" });
  }
  /** Shown while the connection is away. */
  get outage(): Locator {
    return this.text("Connection lost. Reconnecting; what you write is kept.");
  }
  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name, exact: true });
  }
  text(text: string | RegExp): Locator {
    return this.frame.getByText(text);
  }

  async open(): Promise<this> {
    await this.launcher.click();
    await this.panel.waitFor();
    return this;
  }

  async minimise(): Promise<void> {
    await this.button("Minimise chat").click();
    await this.launcher.waitFor();
  }

  /** Fills in the form as far as it is told. */
  async fill({ department, topic, name, question }: Question): Promise<void> {
    const subject = this.frame.getByLabel("What is it about?");
    // Options carry the department's state behind the name.
    if (department) {
      const label = await subject.locator("option", { hasText: department }).first().textContent();
      await subject.selectOption({ label: label ?? "" });
    }
    if (topic) await this.frame.getByLabel("Topic").selectOption({ label: topic });
    if (name) await this.frame.getByLabel("Your name").fill(name);
    if (question) await this.frame.getByLabel("Your question").fill(question);
  }

  async ask(question: Question): Promise<void> {
    await this.fill(question);
    await this.button("Start chat").click();
    await this.composer.waitFor();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Everything that was said, from top to bottom; what has not left this page is told so. */
  async shown(): Promise<Shown[]> {
    return this.log.locator("li.message:not(:has(.typing))").evaluateAll((lines) => {
      // The mark stands below the last of several messages that have come equally far.
      const waits = lines.map(() => false);
      for (let at = lines.length - 1; at >= 0; --at) {
        const own = lines[at]?.matches(".message-own:not(:has(.message-meta))") ?? false;
        waits[at] = own ? (waits[at + 1] ?? false) : (lines[at]?.matches(":has(.mark-unsent), .message-rejected") ?? false);
      }
      let author = "";
      return lines.map((line, at) => {
        author = line.classList.contains("message-own") ? "You" : (line.querySelector(".message-author, .hidden")?.textContent ?? author);
        return { who: author, text: (line.querySelector(".bubble")?.textContent ?? "") + (waits[at] ? " [not sent]" : "") };
      });
    });
  }

  /** Lines about what happened. */
  async notices(): Promise<string[]> {
    return this.log.locator("li.notice").allTextContents();
  }

  /** The mark of the newest own message: "Sent", "Delivered", "Read" or "Waiting to be sent". */
  async lastMark(): Promise<string> {
    return (await this.log.locator(".message-own .mark").last().getAttribute("aria-label")) ?? "";
  }

  /** What the queue says about the place. */
  async place(): Promise<string> {
    return (await this.frame.getByRole("region", { name: "Place in the queue" }).getByRole("status").textContent()) ?? "";
  }

  async end(): Promise<void> {
    await this.button("Chat options").click();
    await this.button("End chat").click();
    await this.frame.getByRole("dialog", { name: "End this chat?" }).getByRole("button", { name: "End chat" }).click();
  }

  async rate(score: string, comment = ""): Promise<void> {
    await this.frame.getByRole("radio", { name: score, exact: true }).check({ force: true });
    if (comment) await this.frame.getByLabel("Anything you want to add?").fill(comment);
    await this.button("Send rating").click();
    await this.text("Thank you for your rating.").waitFor();
  }

  async downloadTranscript(): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.button("Download transcript").click()]);
    return download;
  }
}
