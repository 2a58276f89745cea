// SPDX-License-Identifier: Apache-2.0
import type { Outcome, SwitchboardError } from "@switchboard/sdk";
import { Button, ClockIcon } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import type { Chat } from "../chat";
import { Elapsed } from "../parts/elapsed";
import { problemText } from "../problems";
import { t } from "../texts";
import { OutcomeFields, useOutcomeRequired } from "./outcome_fields";

/** The time after the talk: records how it went, and frees the agent's place. */
export function WrapUpBar({ chat }: { chat: Chat }) {
  const required = useOutcomeRequired(chat);
  const [outcome, setOutcome] = useState<Outcome>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const since = chat.conversation.log.findLast(({ body }) => body?.$case === "wrapUpStarted")?.timeMs;
  const submit = (event: Event) => {
    event.preventDefault();
    if (required && !outcome.disposition) return setProblem(t("outcome.required"));
    setBusy(true);
    setProblem("");
    chat.conversation.finishWrapUp(outcome).catch((error: SwitchboardError) => {
      setBusy(false);
      setProblem(problemText(error));
    });
  };
  return (
    <form class="wrap-up" aria-label={t("wrapUp.title")} onSubmit={submit}>
      <div class="wrap-up-title">
        <ClockIcon size={18} />
        <strong>{t("wrapUp.title")}</strong>
        {since !== undefined && <Elapsed sinceMs={Number(since)} />}
        <span class="wrap-up-hint">{t("wrapUp.hint")}</span>
      </div>
      <div class="wrap-up-fields">
        <OutcomeFields chat={chat} outcome={outcome} onChange={setOutcome} error={problem} />
      </div>
      <div class="wrap-up-actions">
        <Button type="submit" variant="primary" busy={busy}>
          {t("wrapUp.finish")}
        </Button>
      </div>
    </form>
  );
}
