// SPDX-License-Identifier: Apache-2.0
import type { DepartmentQueue, WaitingConversation } from "@switchboard/sdk";
import { Badge, Button, VisuallyHidden } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import { dialogs } from "../dialogs";
import { Elapsed } from "../parts/elapsed";
import { t } from "../texts";

/** So many are shown in a card; the server tells 20. */
const SHOWN = 5;

/** Who waits longest in a department; each can be asked why. `all`: without being asked for the rest. */
export function WaitingFirst({ department, all = false }: { department: DepartmentQueue; all?: boolean }) {
  const [opened, setOpened] = useState(all);
  const { first, name } = department;
  if (first.length === 0) return null;
  const shown = opened ? first : first.slice(0, SHOWN);
  return (
    <div class="waiting-first">
      <ol aria-label={t("queues.firstOf", { name })}>
        {shown.map((one) => (
          <li key={one.conversationId}>
            <WaitingButton waiting={one} />
          </li>
        ))}
      </ol>
      {shown.length < first.length && (
        <Button size="small" variant="quiet" onClick={() => setOpened(true)}>
          {t("queues.firstMore", { count: first.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

function WaitingButton({ waiting }: { waiting: WaitingConversation }) {
  const { conversationId, sinceMs, urgent, step, offered } = waiting;
  return (
    <button type="button" class="waiting-one" title={t("queues.askWhy")} onClick={() => dialogs.explain(conversationId)}>
      <VisuallyHidden>{t("queues.waits")} </VisuallyHidden>
      <Elapsed sinceMs={Number(sinceMs)} coloured />{" "}
      {urgent && <Badge tone="bad">{t("queues.urgent")}</Badge>}{" "}
      {step > 0 && <Badge tone="caution">{t("queues.step", { step })}</Badge>}{" "}
      {offered && <Badge tone="accent">{t("queues.isOffered")}</Badge>}
      <VisuallyHidden> {t("queues.askWhy")}</VisuallyHidden>
    </button>
  );
}
