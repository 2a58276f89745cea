// SPDX-License-Identifier: Apache-2.0
import { Badge, CloseIcon, IconButton, StarIcon } from "@switchboard/ui/components";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Chat } from "../chat";
import { useDesk } from "../desk_context";
import { panels } from "../panels";
import { customerName, t, time } from "../texts";
import { humanised, skillName } from "../words";
import { earlierAgents, namesIn } from "./log_view";

/** Id of the button that shows and hides the details. */
export const DETAILS_BUTTON = "details-button";

/** What is known about a chat. Beside it on wide screens; over it on others, where it takes the focus and Escape closes it. */
export function DetailsPanel({ chat }: { chat: Chat }) {
  const closeButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!panels.detailsBeside) closeButton.current?.focus();
  }, []);
  const close = () => {
    panels.toggleDetails();
    document.getElementById(DETAILS_BUTTON)?.focus();
  };
  return (
    <section
      class="details"
      aria-label={t("details.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !panels.detailsBeside) close();
      }}
    >
      <header class="details-header">
        <h2>{t("details.title")}</h2>
        <IconButton buttonRef={closeButton} label={t("details.close")} icon={<CloseIcon />} onClick={close} />
      </header>
      <Facts chat={chat} />
    </section>
  );
}

function Facts({ chat }: { chat: Chat }) {
  const desk = useDesk();
  const { info, conversation } = chat;
  const names = namesIn(conversation.log);
  const earlier = earlierAgents(conversation.log, desk.selfId);
  return (
    <dl class="facts">
      <Fact label={t("details.customer")}>{customerName(chat.customerName)}</Fact>
      <Fact label={t("details.department")}>{desk.departmentName(info.department)}</Fact>
      {info.topic && <Fact label={t("details.topic")}>{humanised(info.topic)}</Fact>}
      {info.skills.length > 0 && (
        <Fact label={t("details.skills")}>
          <span class="badges">
            {info.skills.map(({ name, level }) => (
              <Badge key={name}>{t("skill.level", { skill: skillName(name, info.department), level })}</Badge>
            ))}
          </span>
        </Fact>
      )}
      <Fact label={t("details.started")}>{time.full(Number(info.startedMs))}</Fact>
      {info.rating > 0 && (
        <Fact label={t("details.rating")}>
          <Rating score={info.rating} />
        </Fact>
      )}
      {info.disposition && <Fact label={t("outcome.label")}>{humanised(info.disposition)}</Fact>}
      {earlier.length > 0 && <Fact label={t("details.earlier")}>{earlier.map((id) => names.get(id) ?? id).join(", ")}</Fact>}
      <Fact label={t("details.id")}>
        <code>{chat.id}</code>
      </Fact>
    </dl>
  );
}

function Rating({ score }: { score: number }) {
  return (
    <span class="rating" role="img" aria-label={t("details.ratingOf", { score })}>
      {[1, 2, 3, 4, 5].map((star) => (
        <span key={star} class={star <= score ? "star star-given" : "star"}>
          <StarIcon size={18} />
        </span>
      ))}
    </span>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
