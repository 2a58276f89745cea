// SPDX-License-Identifier: Apache-2.0
import type { News } from "./news";
import { problemText } from "./problems";
import { customerName, t } from "./texts";

/** What has happened, in one sentence. */
export function newsText(news: News): string {
  if (news.kind === "problem") return problemText(news.error);
  const name = customerName(news.name);
  return news.kind === "message" ? t("news.message", { name, text: news.text }) : t(`news.${news.kind}`, { name });
}
