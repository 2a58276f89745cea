// SPDX-License-Identifier: Apache-2.0
import type { Offer } from "@switchboard/sdk";
import { Avatar, Badge, Button, CheckIcon, Menu } from "@switchboard/ui/components";
import type { Ringing } from "../desk";
import { useDesk } from "../desk_context";
import { Elapsed } from "../parts/elapsed";
import { problemText } from "../problems";
import { customerName, t } from "../texts";
import { humanised, skillName } from "../words";
import { Countdown } from "./countdown";

const DECLINE_REASONS = ["busy", "skills", "break"] as const;

/** One offer: who waits, for what, for how long, and the two answers. It says `first` where the shortcut means it. */
export function OfferCard({ ringing, first }: { ringing: Ringing; first: boolean }) {
  const { offer, error } = ringing;
  const { conversation } = offer;
  const since = Number(conversation?.queuedMs || conversation?.startedMs || 0n);
  return (
    <article class="offer" aria-label={t("offer.label", { name: nameOf(offer) })}>
      <OfferHeader ringing={ringing} />
      {offer.preview && <blockquote class="offer-preview">{offer.preview}</blockquote>}
      <div class="offer-facts">
        {since > 0 && (
          <span>
            {t("offer.waiting")} <Elapsed sinceMs={since} />
          </span>
        )}
        {conversation?.skills.map(({ name: skill, level }) => (
          <Badge key={skill}>{t("skill.level", { skill: skillName(skill, conversation.department), level })}</Badge>
        ))}
      </div>
      {error && (
        <p class="offer-error" role="alert">
          {problemText(error)}
        </p>
      )}
      <OfferActions ringing={ringing} first={first} />
    </article>
  );
}

function nameOf({ conversation }: Offer): string {
  return customerName(conversation?.customer?.name ?? "");
}

function OfferHeader({ ringing: { offer, seenMs } }: { ringing: Ringing }) {
  const desk = useDesk();
  const { department = "", topic = "", id = "" } = offer.conversation ?? {};
  return (
    <header class="offer-header">
      <Avatar name={nameOf(offer)} colourKey={id} size="large" />
      <div class="offer-who">
        <h2>{nameOf(offer)}</h2>
        <p>
          {desk.departmentName(department)}
          {topic && ` · ${humanised(topic)}`}
        </p>
      </div>
      <Countdown deadlineMs={Number(offer.deadlineMs)} seenMs={seenMs} />
    </header>
  );
}

function OfferActions({ ringing: { offer, answering }, first }: { ringing: Ringing; first: boolean }) {
  const desk = useDesk();
  const name = nameOf(offer);
  const reasons = DECLINE_REASONS.map((reason) => ({ label: t(`decline.${reason}`), onChoose: () => void desk.decline(offer, reason) }));
  return (
    <div class="offer-actions">
      <Menu
        label={t("offer.decline", { name })}
        button={t("offer.declineShort")}
        buttonClass="sb-button sb-button-secondary offer-decline"
        items={[{ label: t("decline.none"), onChoose: () => void desk.decline(offer, "") }, ...reasons]}
      />
      <Button
        variant="primary"
        class="offer-accept"
        icon={<CheckIcon size={18} />}
        busy={answering === "accept"}
        disabled={answering !== undefined}
        aria-label={t("offer.accept", { name })}
        onClick={() => void desk.accept(offer)}
      >
        {t("offer.acceptShort")}
        {first && <span class="offer-key" data-key="A" />}
      </Button>
    </div>
  );
}
