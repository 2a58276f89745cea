// SPDX-License-Identifier: Apache-2.0
import type { DepartmentInfo } from "@switchboard/sdk";
import { useSurface } from "../context";
import { MoonIcon } from "../parts/icons";
import { Availability, type Presence, presenceOf } from "../parts/availability";
import type { State } from "../state";
import { StartForm } from "./start_form";

/** The greeting, who is there, and the form; or that nobody takes questions. */
export function StartScreen({ state }: { state: State }) {
  const { t } = useSurface();
  const presence = overall(state.departments);
  return (
    <div class="start">
      <div class="hero">
        <h2 class="hero-title">{t("start.title")}</h2>
        <Availability presence={presence} text={t(`department.${presence}`)} />
      </div>
      {presence === "closed" ? (
        <section class="still">
          <span class="still-icon">
            <MoonIcon />
          </span>
          <p>{t("start.closedText")}</p>
          {state.kept !== "" && <p class="kept">{state.kept}</p>}
        </section>
      ) : (
        <StartForm key={state.kept} state={state} overall={presence} />
      )}
    </div>
  );
}

function overall(departments: readonly DepartmentInfo[]): Presence {
  const all = departments.map(presenceOf);
  return all.includes("staffed") ? "staffed" : all.includes("unstaffed") ? "unstaffed" : "closed";
}
