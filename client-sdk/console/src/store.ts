// SPDX-License-Identifier: Apache-2.0
// State that tells when it has changed, and the hook that draws it again then.
import { useLayoutEffect, useState } from "preact/hooks";

/** Something that can be watched for changes. */
export class Store {
  #version = 0;
  readonly #listeners = new Set<() => void>();

  /** Raised by every change. */
  get version(): number {
    return this.#version;
  }

  /** Calls the listener after every change; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected changed(): void {
    ++this.#version;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Draws the component again whenever the store has changed. */
export function useStore<Type extends Store>(store: Type): Type {
  const [drawn, setDrawn] = useState(store.version);
  useLayoutEffect(() => {
    const draw = () => setDrawn(store.version);
    if (drawn !== store.version) draw(); // a change between drawing and here
    return store.subscribe(draw);
  }, [store]);
  return store;
}
