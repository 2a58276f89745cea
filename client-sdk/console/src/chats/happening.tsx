// SPDX-License-Identifier: Apache-2.0
import { ClosedReason, type Event, LeaveReason, OfferOutcome } from "@switchboard/sdk";
import type { Desk } from "../desk";
import { useDesk } from "../desk_context";
import { t, time } from "../texts";
import { humanised } from "../words";

/** A line about something that happened in the chat. */
export function Happening({ event, names, customer }: { event: Event; names: Map<string, string>; customer: string }) {
  const desk = useDesk();
  const text = happeningText(event, { desk, customer, nameOf: (id) => (id === desk.selfId ? t("log.you") : (names.get(id) ?? id)) });
  if (!text) return null;
  return (
    <p class="happening">
      <span>{text}</span> <time dateTime={new Date(Number(event.timeMs)).toISOString()}>{time.clock(Number(event.timeMs))}</time>
    </p>
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
    case "agentLeft": {
      const key = body.value.reason === LeaveReason.DISCONNECTED ? "happened.disconnected" : "happened.passedOn";
      return t(key, { name: nameOf(body.value.agent?.id ?? "") });
    }
    case "transferred": {
      const { fromDepartment, toDepartment } = body.value;
      if (fromDepartment === toDepartment || !fromDepartment) return t("happened.requeued", { to: desk.departmentName(toDepartment) });
      return t("happened.transferred", { from: desk.departmentName(fromDepartment), to: desk.departmentName(toDepartment) });
    }
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
  return reason === ClosedReason.INACTIVE ? t("happened.inactive") : t("happened.ended");
}
