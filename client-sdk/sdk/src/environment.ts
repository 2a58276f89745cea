// SPDX-License-Identifier: Apache-2.0
// What the SDK takes from its surroundings, so that tests can hand in their own: time, chance, storage and locks.

/** A timer that was set; only good for `Timers.clear`. */
export type TimerHandle = ReturnType<typeof setTimeout> | number;

/** Monotonic milliseconds and one-shot timers. */
export interface Timers {
  now(): number;
  set(callback: () => void, milliseconds: number): TimerHandle;
  clear(handle: TimerHandle): void;
}

/** The platform's own clock and timers. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  set: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clear: (handle) => clearTimeout(handle),
};

/** Keeps small texts over page loads. May throw when the quota is used up; the SDK then goes on in memory. */
export interface KeyValueStorage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

/** A storage that lives as long as the object: what is used where a browser blocks its own. */
export function memoryStorage(): KeyValueStorage {
  const entries = new Map<string, string>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
    keys: () => [...entries.keys()],
  };
}

/** `localStorage` when the page may use it, otherwise memory. Never throws. */
export function browserStorage(): KeyValueStorage {
  try {
    const storage = globalThis.localStorage;
    storage.setItem("switchboard:probe", "1");
    storage.removeItem("switchboard:probe");
    return {
      get: (key) => storage.getItem(key) ?? undefined,
      set: (key, value) => storage.setItem(key, value),
      remove: (key) => storage.removeItem(key),
      keys: () => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ""),
    };
  } catch {
    return memoryStorage();
  }
}

/** Names that at most one living page or process holds. */
export interface Locks {
  /** True: this page holds the name now and keeps it until it ends. False: another one does. Never waits for the other. */
  hold(name: string): Promise<boolean>;
}

/** Web Locks, or undefined where the platform has none: unsent messages of an earlier page are then left alone. */
export function browserLocks(): Locks | undefined {
  const manager = globalThis.navigator?.locks;
  if (!manager) return undefined;
  return {
    hold: (name) =>
      new Promise((resolve) => {
        manager
          .request(name, { ifAvailable: true }, (lock) => {
            resolve(lock !== null);
            // The lock is held until this promise settles, that is, until the page is gone.
            return lock === null ? undefined : new Promise<void>(() => {});
          })
          .catch(() => resolve(false));
      }),
  };
}

/** 64 random bits, never 0. Needs to be unlikely to repeat, not secret. */
export function randomInstance(random: () => number = Math.random): bigint {
  const half = () => BigInt(Math.floor(random() * 0x1_0000_0000));
  const value = (half() << 32n) | half();
  return value === 0n ? 1n : value;
}
