// SPDX-License-Identifier: Apache-2.0
import type { SwitchboardError } from "@switchboard/sdk";
import { Button, Dialog } from "@switchboard/ui/components";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { problemText } from "../problems";
import { t } from "../texts";

/** What a form dialog does and shows. */
export interface FormDialogProps {
  title: string;
  submitLabel: string;
  onClose: () => void;
  /** Does it; or says at once what is missing. */
  run: () => Promise<void> | string;
  children: ComponentChildren;
  wide?: boolean;
  /** What to say about an error, where the usual words do not fit. */
  problemOf?: (error: SwitchboardError) => string;
}

/** A dialog that does one thing: busy while it happens, closed when it is done; otherwise it says why not and keeps what was filled in. */
export function FormDialog({ title, submitLabel, onClose, run, children, wide = false, problemOf = problemText }: FormDialogProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const submit = () => {
    const doing = run();
    if (typeof doing === "string") return setProblem(doing);
    setBusy(true);
    setProblem("");
    doing.then(onClose, (error: SwitchboardError) => {
      setBusy(false);
      setProblem(problemOf(error));
    });
  };
  const actions = (
    <>
      <p class="form-problem dialog-problem" role="alert">
        {problem}
      </p>
      <Button onClick={onClose}>{t("dialog.cancel")}</Button>
      <Button type="submit" variant="primary" busy={busy}>
        {submitLabel}
      </Button>
    </>
  );
  return (
    <Dialog title={title} closeLabel={t("dialog.close")} onClose={onClose} onSubmit={submit} wide={wide} actions={actions}>
      {children}
    </Dialog>
  );
}
