// SPDX-License-Identifier: Apache-2.0
// What the router knew, in words. Pure but for the texts.
import type { AgentVerdict, Candidate, Explanation, RoutingRecord } from "@switchboard/sdk";
import { t, type TextKey, time } from "../texts";

const TESTS = ["passed", "department", "kind", "other_agent", "skill", "level", "offline", "away", "capacity", "cooldown"] as const;

/** "Has no free place"; a test that this page does not know is named as the server names it. */
export function testText(test: string): string {
  const known = TESTS.find((one) => one === test);
  return known ? t(`why.test.${known}`) : test;
}

/** "3 have no free place", in the order of the tests, without those that nobody fails. */
export function countTexts({ counts }: Explanation): { test: string; text: string; agents: number }[] {
  const shown = counts.filter(({ agents }) => agents > 0);
  return shown.map(({ test, agents }) => {
    const known = TESTS.find((one) => one === test);
    return { test, agents, text: known ? t(`why.count.${known}`, { count: agents }) : `${agents} ${test}` };
  });
}

const STRATEGIES: Record<string, TextKey> = {
  longest_idle: "why.strategy.longest_idle",
  round_robin: "why.strategy.round_robin",
  least_loaded: "why.strategy.least_loaded",
  most_skilled: "why.strategy.most_skilled",
};

/** The department's strategy in words. */
export function strategyText(strategy: string): string {
  const key = STRATEGIES[strategy];
  return key ? t(key) : strategy;
}

/** What made the place of a candidate: since when it had nothing, how busy it was, how skilled. */
export function scoreText(strategy: string, { score }: Candidate): string {
  if (strategy === "longest_idle" || strategy === "round_robin") {
    return score > 0 ? t("why.since", { time: time.clock(score) }) : t("why.never");
  }
  if (strategy === "least_loaded") return t("why.loaded", { percent: Math.round(score * 100) });
  return strategy === "most_skilled" ? t("why.levels", { count: -score }) : "";
}

/** How an offer came about, one sentence a line; the chosen one first. */
export function recordTexts(record: RoutingRecord, nameOf: (id: string) => string): string[] {
  const { best, strategy, step, preferred, waitedMs } = record;
  const [chosen, ...others] = best.map((one) => {
    const score = scoreText(strategy, one);
    return score ? `${nameOf(one.agentId)} (${score})` : nameOf(one.agentId);
  });
  return [
    t("why.waited", { time: time.duration(Number(waitedMs)) }),
    chosen === undefined ? "" : t("why.chosen", { name: chosen, strategy: strategyText(strategy) }),
    others.length > 0 ? t("why.others", { names: others.join(", ") }) : best.length === 1 ? t("why.onlyOne") : "",
    step > 0 ? t("why.steps", { count: step }) : "",
    preferred > 0 ? t("why.preferred", { count: preferred }) : "",
  ].filter(Boolean);
}

/** Names of the agents that an explanation speaks of. */
export function namesOf(agents: readonly AgentVerdict[]): Map<string, string> {
  return new Map(agents.flatMap(({ agent }) => (agent?.name ? [[agent.id, agent.name]] : [])));
}
