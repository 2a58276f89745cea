// SPDX-License-Identifier: Apache-2.0
import type { DepartmentInfo } from "@switchboard/sdk";
import { useSurface } from "../context";
import { MoonIcon } from "../parts/icons";
import { Availability, type Presence, presenceOf, takesQuestions } from "../parts/availability";
import { Opening } from "../parts/opening";
import type { State } from "../state";
import { StartForm } from "./start_form";

/** The greeting, who is there, and the form; or that nobody takes questions, and until when. */
export function StartScreen({ state }: { state: State }) {
  const { t } = useSurface();
  const presence = overall(state.departments);
  return (
    <div class="start">
      <div class="hero">
        <h2 class="hero-title">{t("start.title")}</h2>
        <Availability presence={presence} text={t(`department.${presence}`)} />
      </div>
      {!takesQuestions(presence) ? (
        <section class="still">
          <span class="still-icon">
            <MoonIcon />
          </span>
          <p>{t(presence === "full" ? "start.fullText" : "start.closedText")}</p>
          <Opening departments={state.departments} />
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
  return (["staffed", "unstaffed", "full"] as const).find((presence) => all.includes(presence)) ?? "closed";
}
