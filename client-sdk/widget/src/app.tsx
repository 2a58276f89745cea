// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from "preact/hooks";
import { useStoreState, useSurface } from "./context";
import { ConnectionBanner, StorageBanner } from "./parts/banners";
import { Header } from "./parts/header";
import { Launcher } from "./parts/launcher";
import { ConversationScreen } from "./screens/conversation";
import { StartScreen } from "./screens/start";
import { ConnectingScreen, StoppedScreen } from "./screens/still";
import { screenOf, type State } from "./state";

/** Launcher or panel, by the store's state. */
export function App() {
  const { store } = useSurface();
  const state = useStoreState(store);
  return state.open ? <Panel state={state} /> : <Launcher unread={state.unread} />;
}

function Panel({ state }: { state: State }) {
  const { store, t, standalone } = useSurface();
  const panel = useRef<HTMLElement>(null);
  const screen = screenOf(state);
  // Whoever opens the panel, or comes to another screen, goes on at its first field.
  useEffect(() => {
    const inside = panel.current?.contains(document.activeElement) && document.activeElement !== panel.current;
    if (!inside) (panel.current?.querySelector<HTMLElement>("[data-first]") ?? panel.current)?.focus({ preventScroll: true });
  }, [screen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || standalone) return;
    store.setOpen(false);
  };
  return (
    <main class="panel" ref={panel} tabIndex={-1} aria-label={t("panel.label")} onKeyDown={onKeyDown}>
      <Header state={state} screen={screen} />
      <ConnectionBanner state={state} />
      {screen === "stopped" && <StoppedScreen reason={state.stopped ?? "defect"} />}
      {screen === "connecting" && <ConnectingScreen />}
      {screen === "start" && <StartScreen state={state} />}
      {state.chat && !state.stopped && <ConversationScreen key={state.chat.id} state={state} chat={state.chat} />}
      <StorageBanner blocked={state.storageBlocked} />
    </main>
  );
}
