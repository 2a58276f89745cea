// SPDX-License-Identifier: Apache-2.0
import { AgentState } from "@switchboard/sdk";
import { TextField } from "@switchboard/ui/components";
import { useState } from "preact/hooks";
import { useDesk } from "../desk_context";
import { FormDialog } from "../parts/form_dialog";
import { t } from "../texts";
import { withinBytes } from "../words";

/** The longest reason that the server takes. */
const REASON_BYTES = 64;

/** Away with a reason in the agent's own words. */
export function AwayDialog({ onClose }: { onClose: () => void }) {
  const desk = useDesk();
  const [reason, setReason] = useState("");
  const write = (event: InputEvent & { currentTarget: HTMLInputElement }) => {
    const text = withinBytes(event.currentTarget.value, REASON_BYTES);
    event.currentTarget.value = text;
    setReason(text);
  };
  return (
    <FormDialog
      title={t("away.title")}
      submitLabel={t("away.submit")}
      onClose={onClose}
      run={() => desk.setState(AgentState.AWAY, reason.trim())}
    >
      <TextField label={t("away.reason")} hint={t("away.hint")} value={reason} onInput={write} />
    </FormDialog>
  );
}
