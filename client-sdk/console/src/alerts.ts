// SPDX-License-Identifier: Apache-2.0
// What reaches an agent who looks elsewhere: sounds, desktop notifications, the title of the tab.
import { settings } from "./settings";

/** So often an offer rings. */
const RING_EVERY_MS = 3000;
const FLASH_EVERY_MS = 1000;

let context: AudioContext | undefined;

// Browsers make no sound before the person has done something on the page.
function audio(): AudioContext | undefined {
  if (!settings.sound || typeof AudioContext === "undefined") return undefined;
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  return context.state === "running" ? context : undefined;
}

/** Makes sounds possible from the first key or click on. */
export function unlockSound(): void {
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => void audio(), { once: true, capture: true });
}

function tone(output: AudioContext, frequency: number, after: number, seconds: number, loudness: number): void {
  const oscillator = output.createOscillator();
  const volume = output.createGain();
  const start = output.currentTime + after;
  oscillator.frequency.value = frequency;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  oscillator.connect(volume).connect(output.destination);
  oscillator.start(start);
  oscillator.stop(start + seconds);
}

/** The sound of an offer, once. */
export function ringOnce(): void {
  const output = audio();
  if (!output) return;
  for (const [at, frequency] of [659, 784, 988].entries()) tone(output, frequency, at * 0.14, 0.5, 0.14);
}

/** The sound of a message. */
export function ping(): void {
  const output = audio();
  if (output) tone(output, 880, 0, 0.25, 0.08);
}

/** Rings until told to stop; of several tabs only one is heard. */
export class Ringer {
  #stop: (() => void) | undefined;

  set(ringing: boolean): void {
    if (ringing === (this.#stop !== undefined)) return;
    if (!ringing) {
      this.#stop?.();
      this.#stop = undefined;
      return;
    }
    const until = new Promise<void>((resolve) => (this.#stop = resolve));
    const ring = () => {
      ringOnce();
      const timer = setInterval(ringOnce, RING_EVERY_MS);
      return until.then(() => clearInterval(timer));
    };
    if (!navigator.locks) void ring();
    else void navigator.locks.request("switchboard:ring", { ifAvailable: true }, (lock) => (lock ? ring() : undefined));
  }
}

/** True where desktop notifications can still be asked for. */
export function mayAskForNotifications(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "default";
}

/** Whether desktop notifications appear. */
export function notificationsOn(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "granted";
}

/** A desktop notification if the page is not in sight and the person has allowed it. Several tabs show one with the same tag. */
export function notify(title: string, body: string, tag: string, onClick: () => void): void {
  if (!document.hidden || !notificationsOn()) return;
  const notification = new Notification(title, { body, tag });
  notification.onclick = () => {
    globalThis.focus();
    onClick();
    notification.close();
  };
}

/** Keeps the title of the tab: unread messages, and in turns with it what rings while the page is out of sight. */
export class TabTitle {
  #flash = "";
  #plain = "";
  #flashing = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  set(plain: string, flash: string): void {
    this.#plain = plain;
    this.#flash = flash;
    clearInterval(this.#timer);
    if (flash) this.#timer = setInterval(() => this.#draw(!this.#flashing), FLASH_EVERY_MS);
    this.#draw(flash !== "");
  }

  #draw(flashing: boolean): void {
    this.#flashing = flashing;
    document.title = flashing && this.#flash && document.hidden ? this.#flash : this.#plain;
  }
}
