// SPDX-License-Identifier: Apache-2.0
import { ConversationStatus, ErrorCode, type Explanation, hasCode, type SwitchboardError } from "@switchboard/sdk";
import { Button, Dialog, Spinner } from "@switchboard/ui/components";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useDesk } from "../desk_context";
import { Polling } from "../polling";
import { problemText } from "../problems";
import { useStore } from "../store";
import { customerName, t } from "../texts";
import { AgentsTable, Counts, Facts, LastOffer } from "./explain_parts";

const REFRESH_MS = 2000;
const RAISE_S = 300;
/** The highest boost that the server takes. */
const MOST_BOOST_S = 86_400;

/** Why a conversation waits, as of now, and what a supervisor can do about it. */
export function ExplainDialog({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const desk = useDesk();
  const polling = useStore(useMemo(() => new Polling(() => desk.client.explain(conversationId), REFRESH_MS), [desk, conversationId]));
  useEffect(() => {
    polling.start();
    return () => polling.stop();
  }, [polling]);
  const { answer, error } = polling;
  const gone = hasCode(error, ErrorCode.NOT_FOUND);
  useEffect(() => {
    if (gone) polling.stop();
  }, [gone]);
  const title = answer ? titleOf(answer) : t("why.title");
  const actions = answer && !gone && <Actions explanation={answer} refresh={() => polling.refresh()} onClose={onClose} />;
  return (
    <Dialog title={title} closeLabel={t("dialog.close")} onClose={onClose} wide actions={actions || undefined}>
      {error && (
        <p class="form-problem" role="alert">
          {gone ? t("why.gone") : problemText(error)}
        </p>
      )}
      {!answer && !error && (
        <p class="form-hint form-waiting" role="status">
          <Spinner /> {t("why.loading")}
        </p>
      )}
      {answer && <Answer explanation={answer} />}
    </Dialog>
  );
}

function isQueued({ conversation }: Explanation): boolean {
  return conversation?.status === ConversationStatus.QUEUED;
}

function titleOf(explanation: Explanation): string {
  const name = customerName(explanation.conversation?.customer?.name ?? "");
  return t(isQueued(explanation) ? "why.titleWaits" : "why.titleAbout", { name });
}

function Answer({ explanation }: { explanation: Explanation }) {
  return (
    <div class="why">
      {/* The server's own words. */}
      <p class="why-summary" lang="en">
        {explanation.summary}
      </p>
      <Facts explanation={explanation} />
      <Counts explanation={explanation} />
      <AgentsTable explanation={explanation} />
      <LastOffer explanation={explanation} />
    </div>
  );
}

function Actions({ explanation, refresh, onClose }: { explanation: Explanation; refresh: () => void; onClose: () => void }) {
  const desk = useDesk();
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const { conversation } = explanation;
  if (!conversation) return null;
  const { id, priority, urgent } = conversation;
  const run = (what: string, doing: () => Promise<void>, after: () => void) => {
    setBusy(what);
    setProblem("");
    doing().then(
      () => {
        setBusy("");
        after();
      },
      (error: SwitchboardError) => {
        setBusy("");
        setProblem(problemText(error));
        refresh();
      },
    );
  };
  const set = (what: string, boostS: number, wanted: boolean) => () =>
    run(what, () => desk.client.setPriority(id, { boostS, urgent: wanted }), refresh);
  const waits = isQueued(explanation) || conversation.status === ConversationStatus.OFFERED;
  const raised = Math.min(MOST_BOOST_S, Math.max(0, priority) + RAISE_S);
  return (
    <>
      <p class="form-problem dialog-problem" role="alert">
        {problem}
      </p>
      {waits && (
        <Button busy={busy === "raise"} disabled={priority >= MOST_BOOST_S} onClick={set("raise", raised, urgent)}>
          {t("why.raise")}
        </Button>
      )}
      {waits && (
        <Button busy={busy === "urgent"} aria-pressed={urgent} onClick={set("urgent", Math.max(0, priority), !urgent)}>
          {t(urgent ? "why.notUrgent" : "why.makeUrgent")}
        </Button>
      )}
      {isQueued(explanation) && (
        <Button variant="primary" busy={busy === "take"} onClick={() => run("take", () => desk.pick(id), onClose)}>
          {t("why.take")}
        </Button>
      )}
    </>
  );
}
