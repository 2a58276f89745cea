// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { useSurface } from "../context";
import { failureText } from "../state";
import type { TextKey } from "../texts";

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  act(): Promise<void>;
  close(): void;
}

/** A question over the panel. Stays, with a word about it, when the action fails; Escape means no. */
export function Confirm({ title, text, yes, no, act, close }: ConfirmProps) {
  const { t } = useSurface();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<TextKey>();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  const confirm = () => {
    setBusy(true);
    act().then(close, (error: unknown) => {
      setBusy(false);
      setFailure(failureText(error));
    });
  };
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onCancel={close}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="confirm-title">{title}</h2>
      <p id="confirm-text">{text}</p>
      {failure && (
        <p class="field-error" role="alert">
          {t(failure)}
        </p>
      )}
      <div class="confirm-actions">
        <button type="button" class="button" onClick={close}>
          {no}
        </button>
        <button type="button" class="button button-danger" disabled={busy} onClick={confirm}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
