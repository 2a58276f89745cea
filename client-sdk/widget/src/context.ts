// SPDX-License-Identifier: Apache-2.0
import type { TimeFormat } from "@switchboard/ui/i18n";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { State } from "./state";
import type { Store } from "./store";
import type { WidgetI18n } from "./texts";

/** What every part of the panel may use. */
export interface Surface {
  readonly store: Store;
  readonly i18n: WidgetI18n;
  readonly times: TimeFormat;
  /** Opened in a window of its own: there is no page to go back to. */
  readonly standalone: boolean;
}

/** Provided once, in main. */
export const SurfaceContext = createContext<Surface | undefined>(undefined);

/** Store, texts and times. */
export function useSurface(): Surface & Pick<WidgetI18n, "t"> {
  const surface = useContext(SurfaceContext) as Surface;
  return { ...surface, t: surface.i18n.t };
}

/** The store's state; renders again when it changes. */
export function useStoreState(store: Store): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}
