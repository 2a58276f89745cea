// SPDX-License-Identifier: Apache-2.0
import type { DepartmentQueue } from "@switchboard/sdk";
import { Badge, CheckIcon, ClockIcon, CloseIcon } from "@switchboard/ui/components";
import type { ComponentChildren } from "preact";
import { Elapsed } from "../parts/elapsed";
import { t, time } from "../texts";
import { abandonRate, meanAnswerMs, serviceLevel, type Trend } from "./service_figures";
import { Sparkline } from "./sparkline";
import { WaitingFirst } from "./waiting_first";
import { durationText, estimateText, percentText, placesOf } from "./words";

/** What a card shows, and what choosing it does. */
export interface CardProps {
  department: DepartmentQueue;
  trend: Trend | undefined;
  chosen: boolean;
  onChoose: () => void;
}

/** One department at a glance: who waits, who is there, and how well it was served. */
export function DepartmentCard({ department, trend, chosen, onChoose }: CardProps) {
  const { id, name } = department;
  return (
    <article class={`card ${chosen ? "card-chosen" : ""} ${department.waiting > 0 ? "card-waiting" : ""}`} aria-labelledby={`card-${id}`}>
      <header class="card-head">
        <h2 id={`card-${id}`}>
          <button type="button" class="row-name" aria-pressed={chosen} title={t("queues.showHistory")} onClick={onChoose}>
            {name}
          </button>
        </h2>
        <StateBadges department={department} />
      </header>
      <Counts department={department} />
      {trend && <Trends department={department} trend={trend} />}
      <Agents department={department} />
      <Service department={department} />
      <WaitingFirst department={department} />
    </article>
  );
}

/** What is unusual about a department. */
export function StateBadges({ department: { open, full, pull, unroutable, waiting, agentsAvailable } }: { department: DepartmentQueue }) {
  return (
    <>
      {!open && <Badge tone="bad">{t("department.closed")}</Badge>}
      {full && <Badge tone="bad">{t("queues.queueFull")}</Badge>}
      {unroutable > 0 && <Badge tone="bad">{t("queues.unroutable", { count: unroutable })}</Badge>}
      {open && waiting > 0 && agentsAvailable === 0 && <Badge tone="caution">{t("queues.unstaffed")}</Badge>}
      {pull && <Badge>{t("queues.pull")}</Badge>}
    </>
  );
}

function Counts({ department }: { department: DepartmentQueue }) {
  const { waiting, oldestMs, offered, active, estimate } = department;
  return (
    <dl class="card-counts">
      <Pair term={t("queues.waiting")} strong={waiting > 0}>
        {waiting}
      </Pair>
      <Pair term={t("queues.longest")}>{oldestMs > 0n ? <Elapsed sinceMs={Number(oldestMs)} coloured /> : "–"}</Pair>
      <Pair term={t("queues.estimate")} title={t("queues.estimateMeans")}>
        {estimateText(estimate)}
      </Pair>
      <Pair term={t("queues.offered")}>{offered}</Pair>
      <Pair term={t("queues.active")}>{active}</Pair>
      <Pair term={t("queues.wrapUp")}>{department.wrapUp}</Pair>
    </dl>
  );
}

function Pair(props: { term: string; title?: string; strong?: boolean; children: ComponentChildren }) {
  const { term, title, strong = false, children } = props;
  return (
    <div class={strong ? "pair pair-strong" : "pair"} {...(title ? { title } : {})}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Trends({ department: { name }, trend }: { department: DepartmentQueue; trend: Trend }) {
  const most = Math.max(0, ...trend.waiting);
  const longest = Math.max(0, ...trend.oldestS) * 1000;
  return (
    <div class="card-trends">
      <figure>
        <Sparkline
          ms={trend.ms}
          values={trend.waiting}
          least={4}
          tone="waiting"
          label={t("queues.waitingTrend", { name, now: trend.waiting.at(-1) ?? 0, most })}
        />
        <figcaption aria-hidden="true">{t("queues.mostWaiting", { count: most })}</figcaption>
      </figure>
      <figure>
        <Sparkline
          ms={trend.ms}
          values={trend.oldestS}
          least={120}
          tone="oldest"
          label={t("queues.oldestTrend", { name, most: time.duration(longest) })}
        />
        <figcaption aria-hidden="true">{t("queues.longestWas", { time: time.duration(longest) })}</figcaption>
      </figure>
    </div>
  );
}

function Agents({ department }: { department: DepartmentQueue }) {
  const { agentsAvailable, agentsFull, agentsAway, agentsOffline } = department;
  const { used, all } = placesOf(department);
  const places = t("queues.places", { used, all });
  return (
    <div class="card-agents">
      <p class="card-states">
        <span class="state-good">
          <CheckIcon size={14} /> {t("queues.availableCount", { count: agentsAvailable - agentsFull })}
        </span>
        {agentsFull > 0 && (
          <span class="state-full">
            <span class="state-square" aria-hidden="true" /> {t("queues.fullCount", { count: agentsFull })}
          </span>
        )}
        <span class="state-away">
          <ClockIcon size={14} /> {t("queues.awayCount", { count: agentsAway })}
        </span>
        <span class="state-offline">
          <CloseIcon size={14} /> {t("queues.offlineCount", { count: agentsOffline })}
        </span>
      </p>
      <PlacesBar used={used} all={all} label={places} />
      <p class="card-places">{all > 0 ? places : t("queues.noPlaces")}</p>
    </div>
  );
}

/** Used of all places as a bar; the words stand beside it. */
export function PlacesBar({ used, all, label }: { used: number; all: number; label: string }) {
  const share = all > 0 ? Math.min(1, used / all) : 0;
  return (
    <span class={`places ${share >= 1 ? "places-full" : share >= 0.8 ? "places-near" : ""}`} title={label} aria-hidden="true">
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}

function Service({ department: { today, recent, serviceLevelS } }: { department: DepartmentQueue }) {
  const inTime = serviceLevelS > 0 ? t("queues.serviceLevel", { count: serviceLevelS }) : t("queues.serviceLevelName");
  const row = (term: string, title: string, value: (totals: typeof today) => string) => (
    <tr title={title}>
      <th scope="row">{term}</th>
      <td>{value(recent)}</td>
      <td>{value(today)}</td>
    </tr>
  );
  return (
    <table class="card-service">
      <thead>
        <tr>
          <td />
          <th scope="col">{t("queues.recent")}</th>
          <th scope="col">{t("queues.today")}</th>
        </tr>
      </thead>
      <tbody>
        {row(inTime, t("queues.serviceLevelMeans", { count: serviceLevelS }), (totals) => percentText(serviceLevel(totals)))}
        {row(t("queues.answerTime"), t("queues.answerTimeMeans"), (totals) => durationText(meanAnswerMs(totals)))}
        {row(t("queues.abandoned"), t("queues.abandonedMeans"), (totals) => percentText(abandonRate(totals)))}
      </tbody>
    </table>
  );
}
