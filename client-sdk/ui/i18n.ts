// SPDX-License-Identifier: Apache-2.0
// Texts from catalogues, and times and numbers in the reader's manner. A catalogue is a plain object: key -> text with {names}, or
// plural forms, of which `count` chooses one.

/** Forms by the categories of Intl.PluralRules; `other` serves for those that a language does not need. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** Every key's text in one language. */
export type Catalogue<Key extends string> = Record<Key, string | Plural>;

/** Values for the {names} of a text; numbers are written in the reader's manner. */
export type Params = Record<string, string | number>;

/** Looks up a text. A name without value stays visible as {name}. */
export type Translate<Key extends string> = (key: Key, params?: Params) => string;

/** Texts in one language. */
export interface I18n<Key extends string> {
  /** For Intl and the `lang` attribute: as wanted ("de-AT") when its language has a catalogue, otherwise the fallback. */
  readonly locale: string;
  readonly dir: "ltr" | "rtl";
  readonly t: Translate<Key>;
}

/** Times, days and durations in one language. Milliseconds since 1970 throughout. */
export interface TimeFormat {
  /** "14:05" or "2:05 PM" */
  clock(ms: number): string;
  /** "Today", "Yesterday", "Tomorrow", "Monday, 3 March"; with the year when it is another one. */
  day(ms: number, now?: number): string;
  /** Day and time with the year, for records. */
  full(ms: number): string;
  /** "0:07", "12:30", "1:02:05" */
  duration(ms: number): string;
}

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);
const DAY_MS = 86_400_000;

/**
 * Texts in the first wanted language that has a catalogue; without any, in the first catalogue. All catalogues must have the same
 * keys, which the compiler checks. Wanted tags that are no language tags are passed over.
 */
export function createI18n<Key extends string>(catalogues: Record<string, Catalogue<Key>>, wanted: readonly string[]): I18n<Key> {
  const fallback = Object.keys(catalogues)[0] ?? "en";
  const locale = wanted.filter(isLocale).find((tag) => languageOf(tag) in catalogues) ?? fallback;
  const language = languageOf(locale);
  const catalogue = catalogues[language] as Catalogue<Key>;
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const t: Translate<Key> = (key, params = {}) => {
    const entry = catalogue[key];
    const text = typeof entry === "string" ? entry : (entry[plurals.select(Number(params["count"]))] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? whole);
    });
  };
  return { locale, dir: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr", t };
}

/** Formats for a locale; the time zone is the reader's unless given. */
export function timeFormat(locale: string, timeZone?: string): TimeFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, ...zone });
  const clock = format({ hour: "numeric", minute: "2-digit" });
  const thisYear = format({ weekday: "long", day: "numeric", month: "long" });
  const otherYear = format({ day: "numeric", month: "long", year: "numeric" });
  const full = format({ dateStyle: "long", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  // Calendar days compare by their date in the reader's zone; en-CA writes it as 2026-03-09.
  const date = new Intl.DateTimeFormat("en-CA", { ...zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return {
    clock: (ms) => clock.format(ms),
    day: (ms, now = Date.now()) => {
      const days = Math.round((Date.parse(date.format(ms)) - Date.parse(date.format(now))) / DAY_MS);
      if (Math.abs(days) <= 1) return capitalised(relative.format(days, "day"), locale);
      const sameYear = date.format(ms).slice(0, 4) === date.format(now).slice(0, 4);
      return (sameYear ? thisYear : otherYear).format(ms);
    },
    full: (ms) => full.format(ms),
    duration,
  };
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function capitalised(text: string, locale: string): string {
  const first = [...text][0] ?? "";
  return first.toLocaleUpperCase(locale) + text.slice(first.length);
}

function languageOf(tag: string): string {
  return tag.split("-", 1)[0]?.toLowerCase() ?? "";
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
