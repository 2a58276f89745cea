// SPDX-License-Identifier: Apache-2.0
import { ClosedReason, type Event, LeaveReason, OfferOutcome } from "@switchboard/sdk";
import type { Desk } from "../desk";
import { useDesk } from "../desk_context";
import { recordTexts } from "../queues/explain_words";
import { t, type TextKey, time } from "../texts";
import { humanised } from "../words";

/** A line about something that happened in the chat. */
export function Happening({ event, names, customer }: { event: Event; names: Map<string, string>; customer: string }) {
  const desk = useDesk();
  const knownName = (id: string) => names.get(id) ?? desk.agentName(id);
  const nameOf = (id: string) => (id === desk.selfId ? t("log.you") : knownName(id));
  const text = happeningText(event, { desk, customer, nameOf });
  if (!text) return null;
  const record = event.body?.$case === "offerMade" ? event.body.value.record : undefined;
  return (
    <div class="happening">
      <p>
        <span>{text}</span> <time dateTime={new Date(Number(event.timeMs)).toISOString()}>{time.clock(Number(event.timeMs))}</time>
      </p>
      {record && <Why lines={recordTexts(record, knownName)} />}
    </div>
  );
}

/** How the router came to an offer, for who asks. */
function Why({ lines }: { lines: readonly string[] }) {
  return (
    <details class="happening-why">
      <summary>{t("why.ask")}</summary>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}

interface Naming {
  desk: Desk;
  customer: string;
  nameOf(agentId: string): string;
}

function happeningText({ body }: Event, { desk, customer, nameOf }: Naming): string {
  switch (body?.$case) {
    case "conversationStarted": {
      const place = [desk.departmentName(body.value.department), humanised(body.value.topic)].filter(Boolean).join(" · ");
      return t("happened.started", { name: customer, place });
    }
    case "agentJoined":
      return body.value.agent?.id === desk.selfId
        ? t("happened.youJoined")
        : t("happened.joined", { name: nameOf(body.value.agent?.id ?? "") });
    case "agentLeft":
      return t(LEFT[body.value.reason] ?? "happened.passedOn", { name: nameOf(body.value.agent?.id ?? "") });
    case "transferred": {
      const { fromDepartment, toDepartment, overflow } = body.value;
      if (overflow) return t("happened.overflow", { from: desk.departmentName(fromDepartment), to: desk.departmentName(toDepartment) });
      if (fromDepartment === toDepartment || !fromDepartment) return t("happened.requeued", { to: desk.departmentName(toDepartment) });
      return t("happened.transferred", { from: desk.departmentName(fromDepartment), to: desk.departmentName(toDepartment) });
    }
    case "offerMade":
      return body.value.agentId === desk.selfId ? t("happened.offeredYou") : t("happened.offered", { name: nameOf(body.value.agentId) });
    case "widened":
      return body.value.anyone ? t("happened.widenedAnyone") : t("happened.widened", { step: body.value.step });
    case "prioritized":
      return priorityText(body.value.boostS, body.value.urgent);
    case "consultChanged":
      return t(body.value.began ? "happened.asked" : "happened.notAsked", { name: nameOf(body.value.agent?.id ?? "") });
    case "inactivityWarned":
      return t("happened.warned", { name: customer, count: Math.max(1, Math.round(body.value.closeAfterS / 60)) });
    case "offerEnded":
      return offerText(body.value.outcome, nameOf(body.value.agentId), body.value.reason);
    case "wrapUpStarted":
    case "closed":
      return endText(body.value.reason, body.$case, customer);
    case "rated":
      return [t("happened.rated", { name: customer, score: body.value.score }), body.value.comment].filter(Boolean).join(" ");
    case "dispositionRecorded":
      return [t("happened.disposition", { code: humanised(body.value.code) }), body.value.comment].filter(Boolean).join(" – ");
    default:
      return "";
  }
}

const LEFT: Partial<Record<LeaveReason, TextKey>> = {
  [LeaveReason.DISCONNECTED]: "happened.disconnected",
  [LeaveReason.NO_REPLY]: "happened.noReply",
};

function priorityText(boostS: number, urgent: boolean): string {
  if (urgent) return t("happened.urgent");
  return boostS > 0 ? t("happened.raised", { count: Math.round(boostS / 60) }) : t("happened.usual");
}

function offerText(outcome: OfferOutcome, name: string, reason: string): string {
  if (outcome === OfferOutcome.DECLINED)
    return [t("happened.declined", { name }), reason && `(${reasonWords(reason)})`].filter(Boolean).join(" ");
  if (outcome === OfferOutcome.TIMED_OUT) return t("happened.missed", { name });
  return outcome === OfferOutcome.WITHDRAWN ? t("happened.withdrawn", { name }) : "";
}

function reasonWords(reason: string): string {
  return reason === "busy" || reason === "skills" || reason === "break" ? t(`decline.${reason}`) : reason;
}

function endText(reason: ClosedReason, what: "wrapUpStarted" | "closed", customer: string): string {
  if (what === "closed" && reason === ClosedReason.RESOLVED) return t("happened.closed");
  if (reason === ClosedReason.ENDED_BY_CUSTOMER) return t("happened.customerEnded", { name: customer });
  if (reason === ClosedReason.ABANDONED) return t("happened.abandoned", { name: customer });
  if (reason === ClosedReason.TURNED_AWAY) return t("happened.turnedAway");
  if (reason === ClosedReason.OUT_OF_HOURS) return t("happened.outOfHours");
  return reason === ClosedReason.INACTIVE ? t("happened.inactive") : t("happened.ended");
}
