// SPDX-License-Identifier: Apache-2.0
// The widget's document: reads what the loader asked for, wires the store to page, tabs and window, and shows the panel.
import { browserStorage, CustomerClient, memoryStorage } from "@switchboard/sdk";
import { customerJsonCodec } from "@switchboard/sdk/json-customer";
import { createI18n, timeFormat } from "@switchboard/ui/i18n";
import { render } from "preact";
import type { ToFrame } from "../shared/messages";
import { App } from "./app";
import { connectPage } from "./bridge";
import { SurfaceContext } from "./context";
import { createSound } from "./sound";
import { Store, type Surroundings, type TabMessage } from "./store";
import { catalogues } from "./texts";

const query = new URLSearchParams(location.search);
const site = query.get("site") ?? "";
const standalone = window.parent === window;

function storageWorks(): boolean {
  try {
    localStorage.setItem("switchboard:probe", "1");
    localStorage.removeItem("switchboard:probe");
    return true;
  } catch {
    return false;
  }
}

function socketAddress(): string {
  return `${location.protocol === "http:" ? "ws" : "wss"}://${location.host}/v1/ws`;
}

function createStore(tellPage: Surroundings["tellPage"]): Store {
  const storageBlocked = !storageWorks();
  const storage = storageBlocked ? memoryStorage() : browserStorage();
  const tabs = storageBlocked ? undefined : new BroadcastChannel(`switchboard:${site}`);
  const store: Store = new Store({
    site,
    storage,
    storageBlocked,
    createClient: (jwt) =>
      new CustomerClient({
        url: socketAddress(),
        site,
        codec: customerJsonCodec,
        storage,
        client: "switchboard-widget/0.1.0",
        ...(jwt !== undefined && { jwt }),
      }),
    tellPage,
    tellTabs: (message) => tabs?.postMessage(message),
    playSound: createSound(),
  });
  if (tabs) tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => store.tabTold(data);
  return store;
}

function obey(store: Store, message: ToFrame): void {
  switch (message.type) {
    case "begin":
      return store.begin();
    case "open":
      return store.setOpen(true);
    case "close":
      return store.setOpen(false);
    case "toggle":
      return store.setOpen(!store.state.open);
    case "identify":
      return store.identify(message.jwt);
    case "reset":
      return store.reset();
  }
}

function show(store: Store): void {
  const theme = query.get("theme") ?? "";
  const i18n = createI18n(catalogues, [query.get("locale") ?? "", ...navigator.languages]);
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  root.lang = i18n.locale;
  root.dir = i18n.dir;
  const surface = { store, i18n, times: timeFormat(i18n.locale), standalone };
  render(
    <SurfaceContext.Provider value={surface}>
      <App />
    </SurfaceContext.Provider>,
    document.body,
  );
  const look = () => store.setVisible(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", look);
  look();
}

function startEmbedded(): void {
  let store: Store | undefined;
  const bridge = connectPage(window, query.get("origin") ?? "", (message) => store && obey(store, message));
  if (!bridge) return console.warn("Switchboard: the page is not the one that this frame was made for.");
  store = createStore(bridge.tellPage);
  show(store);
  bridge.tellPage({ type: "ready" });
}

function startAlone(): void {
  const store = createStore(() => {});
  show(store);
  store.setOpen(true);
  store.begin();
}

if (standalone) startAlone();
else startEmbedded();
