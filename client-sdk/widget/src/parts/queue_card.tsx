// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { useSurface } from "../context";
import { type ChatView, hadAgent } from "../state";
import { waitText } from "../wait";
import { ConfirmEnd } from "./options";

/** The place in the queue, how long it may still take, and the way out. */
export function QueueCard({ chat }: { chat: ChatView }) {
  const { t } = useSurface();
  const [leaving, setLeaving] = useState(false);
  const { position } = chat;
  const wait = chat.wait && waitText(chat.wait);
  const place = position === 1 ? t("queue.next") : position > 1 ? t("queue.place", { count: position }) : t("queue.waiting");
  return (
    <section class="queue" aria-label={t("queue.label")}>
      <span class="queue-badge" aria-hidden="true">
        {position > 0 ? <b>{position}</b> : <span class="spinner" />}
      </span>
      <div class="queue-text">
        <p class="queue-place" role="status">
          {place}
        </p>
        {wait && <p class="queue-wait">{t(wait.key, wait.params)}</p>}
        <p>{t(hadAgent(chat) ? "queue.again" : "queue.text")}</p>
      </div>
      <button type="button" class="link" onClick={() => setLeaving(true)}>
        {t("queue.leave")}
      </button>
      {leaving && <ConfirmEnd waiting close={() => setLeaving(false)} />}
    </section>
  );
}
