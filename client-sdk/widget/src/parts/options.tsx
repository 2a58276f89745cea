// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { useSurface } from "../context";
import type { Screen, State } from "../state";
import { Confirm } from "./confirm";
import { DownloadIcon, EndIcon, MoreIcon, SoundIcon } from "./icons";
import { useTranscript } from "./use_transcript";

/** What is needed rarely: a list that a button opens, and closes again with Escape or by leaving it. */
export function Options({ state, screen }: { state: State; screen: Screen }) {
  const { store, t } = useSurface();
  const [open, setOpen] = useState(false);
  const [ending, setEnding] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const download = useTranscript(state);
  // The question was about another situation.
  useEffect(() => setEnding(false), [screen]);
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>(".options-list button")?.focus();
    const leave = ({ target }: Event) => !box.current?.contains(target as Node) && setOpen(false);
    for (const name of ["pointerdown", "focusin"]) document.addEventListener(name, leave);
    return () => ["pointerdown", "focusin"].forEach((name) => document.removeEventListener(name, leave));
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open || event.key !== "Escape") return;
    event.preventDefault();
    setOpen(false);
    opener.current?.focus();
  };
  const choose = (action: () => void) => () => {
    setOpen(false);
    opener.current?.focus();
    action();
  };
  return (
    <div class="options" ref={box} onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        class="icon-button"
        aria-label={t("panel.options")}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <MoreIcon />
      </button>
      {open && (
        <ul class="options-list">
          <li>
            <button type="button" aria-pressed={state.sound} onClick={() => store.setSound(!state.sound)}>
              <SoundIcon />
              {t("options.sound")}
              <span class="switch" aria-hidden="true" />
            </button>
          </li>
          {download && (
            <li>
              <button type="button" onClick={choose(download)}>
                <DownloadIcon />
                {t("options.transcript")}
              </button>
            </li>
          )}
          {(screen === "talk" || screen === "waiting") && (
            <li>
              <button type="button" class="danger" onClick={choose(() => setEnding(true))}>
                <EndIcon />
                {t(screen === "talk" ? "end.confirm" : "queue.leave")}
              </button>
            </li>
          )}
        </ul>
      )}
      {ending && <ConfirmEnd waiting={screen === "waiting"} close={() => setEnding(false)} />}
    </div>
  );
}

/** Asks before a chat is ended, or a place in the queue given up. */
export function ConfirmEnd({ waiting, close }: { waiting: boolean; close: () => void }) {
  const { store, t } = useSurface();
  return waiting ? (
    <Confirm
      title={t("queue.leaveTitle")}
      text={t("queue.leaveText")}
      yes={t("queue.leave")}
      no={t("queue.stay")}
      act={() => store.leaveQueue()}
      close={close}
    />
  ) : (
    <Confirm
      title={t("end.title")}
      text={t("end.text")}
      yes={t("end.confirm")}
      no={t("end.cancel")}
      act={() => store.endChat()}
      close={close}
    />
  );
}
