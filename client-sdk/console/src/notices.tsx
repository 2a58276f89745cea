// SPDX-License-Identifier: Apache-2.0
import { Toast, type Tone } from "@switchboard/ui/components";
import type { News } from "./news";
import { useDesk } from "./desk_context";
import { newsText } from "./news_text";
import { t } from "./texts";

const TONES: Partial<Record<News["kind"], Tone>> = { missed: "caution", lost: "caution", problem: "bad" };

/** Short news in the corner; they are announced elsewhere, so this is for the eyes. */
export function Notices() {
  const desk = useDesk();
  if (desk.notices.length === 0) return null;
  return (
    <section class="notices" aria-label={t("notice.region")}>
      {desk.notices.map(({ id, news }) => (
        <Toast key={id} tone={TONES[news.kind] ?? "neutral"} closeLabel={t("notice.close")} onClose={() => desk.dismissNotice(id)}>
          {newsText(news)}
        </Toast>
      ))}
    </section>
  );
}
