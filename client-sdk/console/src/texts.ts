// SPDX-License-Identifier: Apache-2.0
// The console's texts and formats in the reader's language.
import { createI18n, timeFormat } from "@switchboard/ui/i18n";
import { de } from "./texts/de";
import { en } from "./texts/en";

/** Every text that the console knows. */
export type TextKey = keyof typeof en;

function wanted(): readonly string[] {
  const asked = new URLSearchParams(globalThis.location?.search ?? "").get("lang");
  return [...(asked ? [asked] : []), ...(globalThis.navigator?.languages ?? [])];
}

const i18n = createI18n<TextKey>({ en, de }, wanted());

export const { locale, dir, t } = i18n;
export const time = timeFormat(locale);

/** The customer's name, or the word for somebody without one. */
export function customerName(name: string): string {
  return name || t("customer.anonymous");
}
