// SPDX-License-Identifier: Apache-2.0
import { AgentState, type AgentStatus } from "@switchboard/sdk";
import { Dot, DownIcon, Menu, type MenuItem } from "@switchboard/ui/components";
import { useDesk } from "../desk_context";
import { dialogs } from "../dialogs";
import { panels } from "../panels";
import { useStore } from "../store";
import { t } from "../texts";

const REASONS = ["break", "lunch", "meeting", "training"] as const;

/** The server's word for an agent whom it set away because offers were missed. */
const MISSED_OFFERS = "missed_offers";

/** Whether the server, and not the agent, has set the state. */
export function isAutoAway(status: AgentStatus | undefined): boolean {
  return status?.state === AgentState.AWAY && status.reason === MISSED_OFFERS;
}

/** The state in words, with its reason. */
export function stateText(status: AgentStatus | undefined): string {
  if (!status) return t("state.unknown");
  if (status.state === AgentState.AVAILABLE) return t("state.available");
  if (status.state !== AgentState.AWAY) return t("state.offline");
  if (isAutoAway(status)) return t("state.awayBecause", { reason: t("state.missedOffers") });
  return status.reason ? t("state.awayBecause", { reason: reasonText(status.reason) }) : t("state.away");
}

// The usual reasons are told to the server by their names, so that colleagues read them in their own language.
function reasonText(reason: string): string {
  const known = REASONS.find((one) => one === reason);
  return known ? t(`reason.${known}`) : reason;
}

/** The agent's state, and the menu that changes it. */
export function StateMenu() {
  const desk = useDesk();
  const { stateMenuAsked } = useStore(panels);
  const { status } = desk;
  const available = status?.state === AgentState.AVAILABLE;
  const items: MenuItem[] = [
    { label: t("state.available"), icon: <Dot tone="good" />, checked: available, onChoose: () => desk.trySetState(AgentState.AVAILABLE) },
    ...REASONS.map((reason, at) => ({
      label: t("state.awayBecause", { reason: t(`reason.${reason}`) }),
      icon: <Dot tone="caution" />,
      checked: !available && status?.reason === reason,
      separated: at === 0,
      onChoose: () => desk.trySetState(AgentState.AWAY, reason),
    })),
    { label: t("state.awayOther"), icon: <Dot tone="caution" />, checked: false, onChoose: () => dialogs.show("away") },
  ];
  const button = (
    <>
      <Dot tone={available ? "good" : "caution"} />
      <span class="state-text">{stateText(status)}</span>
      <DownIcon size={14} />
    </>
  );
  return (
    <Menu
      label={t("state.button", { state: stateText(status) })}
      button={button}
      buttonClass="sb-button sb-button-secondary state-button"
      items={items}
      openSignal={stateMenuAsked}
    />
  );
}
