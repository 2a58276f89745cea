// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { useSurface } from "../context";
import { type ChatView, hadAgent } from "../state";
import { ConfirmEnd } from "./options";

/** The place in the queue, and the way out of it. */
export function QueueCard({ chat }: { chat: ChatView }) {
  const { t } = useSurface();
  const [leaving, setLeaving] = useState(false);
  const { position } = chat;
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
        <p>{t(hadAgent(chat) ? "queue.again" : "queue.text")}</p>
      </div>
      <button type="button" class="link" onClick={() => setLeaving(true)}>
        {t("queue.leave")}
      </button>
      {leaving && <ConfirmEnd waiting close={() => setLeaving(false)} />}
    </section>
  );
}
