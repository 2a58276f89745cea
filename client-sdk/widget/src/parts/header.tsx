// SPDX-License-Identifier: Apache-2.0
import { useSurface } from "../context";
import { departmentName, type Screen, type State } from "../state";
import { initials } from "../text";
import { ChatIcon, MinimiseIcon } from "./icons";
import { Options } from "./options";

/** Who the customer talks to, and what can be done with the panel. */
export function Header({ state, screen }: { state: State; screen: Screen }) {
  const { store, t, standalone } = useSurface();
  const { title, subtitle, avatar } = useTitles(state, screen);
  return (
    <header class={screen === "start" ? "header header-plain" : "header"}>
      {screen !== "start" && (
        <span class="avatar" aria-hidden="true">
          {avatar === "" ? <ChatIcon /> : avatar}
        </span>
      )}
      <div class="header-titles">
        <h1 class={screen === "start" ? "hidden" : "header-title"} dir="auto">
          {title}
        </h1>
        {subtitle !== "" && (
          <p class="header-subtitle" dir="auto">
            {subtitle}
          </p>
        )}
      </div>
      <Options state={state} screen={screen} />
      {!standalone && (
        <button type="button" class="icon-button" aria-label={t("panel.minimise")} onClick={() => store.setOpen(false)}>
          <MinimiseIcon />
        </button>
      )}
    </header>
  );
}

function useTitles({ chat, departments }: State, screen: Screen): { title: string; subtitle: string; avatar: string } {
  const { t } = useSurface();
  const department = chat ? departmentName(departments, chat.info) : "";
  const agent = chat?.info.agent?.name ?? "";
  if (screen === "waiting") return { title: department || t("panel.label"), subtitle: t("queue.status"), avatar: "" };
  if (screen === "talk") return { title: agent || t("talk.agent"), subtitle: department, avatar: initials(agent) };
  if (screen === "ended")
    return { title: agent || department || t("panel.label"), subtitle: t("ended.status"), avatar: initials(agent) };
  return { title: t("panel.label"), subtitle: "", avatar: "" };
}
