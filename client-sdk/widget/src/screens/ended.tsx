// SPDX-License-Identifier: Apache-2.0
import { ClosedReason } from "@switchboard/sdk";
import { useSurface } from "../context";
import { Opening } from "../parts/opening";
import { Rating } from "../parts/rating";
import { useTranscript } from "../parts/use_transcript";
import { type ChatView, hadAgent, type State } from "../state";
import type { TextKey } from "../texts";

const REASONS: Record<ClosedReason, TextKey> = {
  [ClosedReason.CLOSED_REASON_UNSPECIFIED]: "ended.resolved",
  [ClosedReason.RESOLVED]: "ended.resolved",
  [ClosedReason.ABANDONED]: "ended.left",
  [ClosedReason.ENDED_BY_CUSTOMER]: "ended.byYou",
  [ClosedReason.INACTIVE]: "ended.inactive",
  [ClosedReason.TURNED_AWAY]: "ended.turnedAway",
  [ClosedReason.OUT_OF_HOURS]: "ended.outOfHours",
};

/** How it ended, and what comes after: rating, transcript, a new chat. */
export function Ended({ state, chat }: { state: State; chat: ChatView }) {
  const { store, t } = useSurface();
  const download = useTranscript(state);
  const reason = reasonOf(chat);
  return (
    <footer class="ended">
      <p class="ended-reason" role="status">
        {t(REASONS[reason])}
      </p>
      {reason === ClosedReason.OUT_OF_HOURS && (
        <Opening departments={state.departments.filter(({ id }) => id === chat.info.department)} />
      )}
      {hadAgent(chat) && <Rating given={chat.info.rating} />}
      <div class="ended-actions">
        <button type="button" class="button" onClick={download}>
          {t("options.transcript")}
        </button>
        <button type="button" class="button button-primary" onClick={() => store.newChat()}>
          {t("ended.new")}
        </button>
      </div>
    </footer>
  );
}

// During the wrap-up the reason stands in the event that began it.
function reasonOf({ info, log }: ChatView): ClosedReason {
  const begun = [...log].reverse().find(({ body }) => body?.$case === "wrapUpStarted");
  return begun?.body?.$case === "wrapUpStarted" ? begun.body.value.reason : info.closedReason;
}
