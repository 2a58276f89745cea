// SPDX-License-Identifier: Apache-2.0
// A typed event emitter. Listeners run in the order added; one that throws does not keep the others from running.

/** Called with the value of the event. */
export type Listener<T> = (value: T) => void;

/** `Events` maps event names to the types of their values. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();

  /** Adds a listener and returns the function that removes it. Adding the same function twice has no effect. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    let listeners = this.#listeners.get(name);
    if (!listeners) this.#listeners.set(name, (listeners = new Set()));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Resolves with the next value of this event, or with the next one that passes `test`. Never rejects. */
  next<Name extends keyof Events>(name: Name, test: (value: Events[Name]) => boolean = () => true): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const remove = this.on(name, (value) => {
        if (!test(value)) return;
        remove();
        resolve(value);
      });
    });
  }

  protected emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as Listener<Events[Name]>)(value);
      } catch (error) {
        // The protocol goes on; the listener's defect shows as an unhandled rejection, where its owner looks for it.
        void Promise.reject(error);
      }
    }
  }
}
