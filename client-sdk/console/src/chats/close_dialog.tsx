// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from "@switchboard/sdk";
import { useState } from "preact/hooks";
import type { Chat } from "../chat";
import { FormDialog } from "../parts/form_dialog";
import { customerName, t } from "../texts";
import { OutcomeFields } from "./outcome_fields";

/** Ends the talk: with an outcome at once, without one the department's wrap-up begins. */
export function CloseDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [outcome, setOutcome] = useState<Outcome>({});
  return (
    <FormDialog
      title={t("close.title", { name: customerName(chat.customerName) })}
      submitLabel={t("close.submit")}
      onClose={onClose}
      run={() => chat.conversation.close(outcome)}
    >
      <OutcomeFields chat={chat} outcome={outcome} onChange={setOutcome} error="" />
      {!outcome.disposition && <p class="form-hint">{t("close.hint")}</p>}
    </FormDialog>
  );
}
