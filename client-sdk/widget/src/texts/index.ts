// SPDX-License-Identifier: Apache-2.0
import type { Catalogue, I18n } from "@switchboard/ui/i18n";
import { de } from "./de";
import { en } from "./en";

/** The keys of the widget's texts. */
export type TextKey = keyof typeof en;
/** A catalogue of the widget. */
export type Texts = Catalogue<TextKey>;
/** The widget's texts in the reader's language. */
export type WidgetI18n = I18n<TextKey>;

/** All languages; the first is taken when none that is wanted is here. */
export const catalogues: Record<string, Texts> = { en, de };
