// SPDX-License-Identifier: Apache-2.0
import type { AgentVerdict, Explanation } from "@switchboard/sdk";
import { Badge } from "@switchboard/ui/components";
import type { ComponentChildren } from "preact";
import { useSeconds } from "../clock";
import { useDesk } from "../desk_context";
import { Elapsed } from "../parts/elapsed";
import { t, time } from "../texts";
import { skillName } from "../words";
import { countTexts, namesOf, recordTexts, testText } from "./explain_words";
import { estimateText } from "./words";

/** Place, time and what is asked for. */
export function Facts({ explanation }: { explanation: Explanation }) {
  const desk = useDesk();
  const { conversation, place, step, steps, required, departments } = explanation;
  const since = Number(conversation?.enqueuedMs || conversation?.queuedMs || 0n);
  const department = conversation?.department ?? "";
  const minutes = Math.round((conversation?.priority ?? 0) / 60);
  return (
    <dl class="why-facts">
      <Fact term={t("queues.department")}>
        {departments.map((id) => desk.departmentName(id)).join(", ") || desk.departmentName(department)}
      </Fact>
      {since > 0 && (
        <Fact term={t("why.waitsFor")}>
          <Elapsed sinceMs={since} coloured />
        </Fact>
      )}
      {place && <Fact term={t("why.place")}>{t("why.placeOf", { place: place.position, all: place.waiting })}</Fact>}
      {place && <Fact term={t("queues.estimate")}>{estimateText(place.estimate)}</Fact>}
      {steps > 0 && (
        <Fact term={t("why.step")}>
          {t("why.stepOf", { step, all: steps })}
          <NextStep explanation={explanation} />
        </Fact>
      )}
      <Fact term={t("details.skills")}>
        <span class="badges">
          {required.length === 0 && t("why.noSkills")}
          {required.map(({ name, level }) => (
            <Badge key={name}>{t("skill.level", { skill: skillName(name, department), level })}</Badge>
          ))}
        </span>
      </Fact>
      {(conversation?.urgent || minutes > 0) && (
        <Fact term={t("why.priority")}>
          <span class="badges">
            {conversation?.urgent && <Badge tone="bad">{t("queues.urgent")}</Badge>}
            {minutes > 0 && <Badge tone="accent">{t("why.boosted", { count: minutes })}</Badge>}
          </span>
        </Fact>
      )}
    </dl>
  );
}

function NextStep({ explanation: { nextStepMs } }: { explanation: Explanation }) {
  const desk = useDesk();
  useSeconds();
  if (nextStepMs === 0n) return null;
  const left = Number(nextStepMs) - desk.clock.now();
  return <span class="why-next">{left > 0 ? t("why.nextStep", { time: time.duration(left) }) : t("why.nextStepNow")}</span>;
}

function Fact({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div class="pair">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The agents by the first test that they fail, in plain words. */
export function Counts({ explanation }: { explanation: Explanation }) {
  const counts = countTexts(explanation);
  if (counts.length === 0) return null;
  return (
    <section>
      <h3>{t("why.counts")}</h3>
      <ul class="why-counts">
        {counts.map(({ test, text }) => (
          <li key={test} class={test === "passed" ? "why-passed" : ""}>
            {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every agent with the test it fails, the nearest to passing first. */
export function AgentsTable({ explanation: { agents } }: { explanation: Explanation }) {
  if (agents.length === 0) return null;
  return (
    <section>
      <h3>{t("why.agents")}</h3>
      <div class="why-agents" role="region" aria-label={t("why.agents")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("why.agent")}</th>
              <th scope="col">{t("why.whyNot")}</th>
              <th scope="col">{t("why.load")}</th>
            </tr>
          </thead>
          <tbody>
            {agents.map((verdict) => (
              <Verdict key={verdict.agent?.id} verdict={verdict} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Verdict({ verdict: { agent, test, detail, load, capacity } }: { verdict: AgentVerdict }) {
  return (
    <tr class={test === "passed" ? "why-passed" : ""}>
      <th scope="row">{agent?.name || agent?.id}</th>
      <td>
        {testText(test)}
        {detail && (
          <span class="why-detail" lang="en">
            {detail}
          </span>
        )}
      </td>
      <td class="why-load">{`${load}/${capacity}`}</td>
    </tr>
  );
}

/** How the last offer came about. */
export function LastOffer({ explanation: { lastOffer, agents } }: { explanation: Explanation }) {
  const desk = useDesk();
  if (!lastOffer) return null;
  const names = namesOf(agents);
  const lines = recordTexts(lastOffer, (id) => names.get(id) ?? desk.agentName(id));
  return (
    <section>
      <h3>{t("why.lastOffer")}</h3>
      <ul class="why-record">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p class="form-hint">{t("why.versions", { config: String(lastOffer.configVersion), epoch: String(lastOffer.routerEpoch) })}</p>
    </section>
  );
}
