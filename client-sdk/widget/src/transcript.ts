// SPDX-License-Identifier: Apache-2.0
import type { TimeFormat } from "@switchboard/ui/i18n";
import type { WidgetI18n } from "./texts";
import type { Item } from "./timeline";

/** The conversation as a text file that people read: one line per message and notice, with times. */
export function transcript(items: readonly Item[], started: number, i18n: WidgetI18n, times: TimeFormat): string {
  const { t } = i18n;
  const lines = [t("transcript.title"), t("transcript.started", { time: times.full(started) })];
  for (const item of items) {
    if (item.kind === "day") lines.push("", times.day(item.ms, 0));
    if (item.kind === "notice") lines.push(`* ${t(item.text, item.params)}`);
    if (item.kind === "warning") lines.push(`* ${t("warning.past")}`);
    if (item.kind === "message" && item.mark !== "unsent") {
      const name = item.own ? t("talk.you") : item.author || t("talk.agent");
      lines.push(`[${times.clock(item.ms)}] ${name}: ${item.text.replaceAll("\n", "\n    ")}`);
    }
  }
  return lines.join("\n") + "\n";
}
