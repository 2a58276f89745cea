// SPDX-License-Identifier: Apache-2.0
// What an agent sets for this browser.
import { keep, recall } from "./keep";
import { Store } from "./store";

export const THEMES = ["system", "light", "dark"] as const;

/** How the page looks; `system` follows the system's setting. */
export type Theme = (typeof THEMES)[number];

/** The settings of this browser; kept over reloads. */
export class Settings extends Store {
  #theme: Theme = THEMES.find((theme) => theme === recall("localStorage", "theme")) ?? "system";
  #sound = recall("localStorage", "sound") !== "off";
  #queueView = (["cards", "table"] as const).find((view) => view === recall("localStorage", "queue-view"));
  #singleKeys = recall("localStorage", "single-keys") !== "off";

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    keep("localStorage", "theme", theme);
    this.apply();
    this.changed();
  }

  /** Whether offers and messages are heard. */
  get sound(): boolean {
    return this.#sound;
  }
  set sound(on: boolean) {
    this.#sound = on;
    keep("localStorage", "sound", on ? "on" : "off");
    this.changed();
  }

  /** Whether shortcuts of one letter work; they can get in the way of speech input. */
  get singleKeys(): boolean {
    return this.#singleKeys;
  }
  set singleKeys(on: boolean) {
    this.#singleKeys = on;
    keep("localStorage", "single-keys", on ? "on" : "off");
    this.changed();
  }

  /** How the queue page shows departments; undefined: as suits their number. */
  get queueView(): "cards" | "table" | undefined {
    return this.#queueView;
  }
  set queueView(view: "cards" | "table" | undefined) {
    this.#queueView = view;
    keep("localStorage", "queue-view", view ?? "");
    this.changed();
  }

  /** Makes the page look as set. */
  apply(): void {
    if (this.#theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = this.#theme;
  }
}

export const settings = new Settings();
