// SPDX-License-Identifier: Apache-2.0
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Desk } from "./desk";
import { useStore } from "./store";

/** The desk of the agent who is signed in. */
export const DeskContext = createContext<Desk | undefined>(undefined);

/** The desk; the component is drawn again with every change of it. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("a page of the console outside a desk");
  return useStore(desk);
}
