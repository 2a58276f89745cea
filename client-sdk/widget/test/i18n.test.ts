// SPDX-License-Identifier: Apache-2.0
import { createI18n, timeFormat } from "@switchboard/ui/i18n";
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogues } from "../src/texts";

const AT = Date.UTC(2026, 2, 9, 14, 5);

test("the first wanted language that is there is taken, with its region", () => {
  assert.equal(createI18n(catalogues, ["fr", "de-AT", "en"]).locale, "de-AT");
  assert.equal(createI18n(catalogues, ["", "not a tag!", "fr"]).locale, "en");
  assert.equal(createI18n({ ar: { a: "x" } }, ["ar-EG"]).dir, "rtl");
});

test("names are filled in and plural forms chosen", () => {
  const { t } = createI18n({ en: { n: { one: "{count} cat", other: "{count} cats" }, hello: "Hello {name}, {missing}" } }, [
    "en-US",
  ]);
  assert.equal(t("n", { count: 1 }), "1 cat");
  assert.equal(t("n", { count: 1200 }), "1,200 cats");
  assert.equal(t("hello", { name: "{count}" }), "Hello {count}, {missing}");
});

test("every language has the same names in its texts", () => {
  const names = (text: unknown) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
  for (const [language, texts] of Object.entries(catalogues)) {
    for (const [key, text] of Object.entries(texts)) {
      assert.deepEqual(names(text), names(catalogues["en"]?.[key as keyof typeof texts]), `${language} ${key}`);
    }
  }
});

test("times and days in the reader's manner", () => {
  const english = timeFormat("en-US", "UTC");
  const german = timeFormat("de", "UTC");
  assert.equal(german.clock(AT), "14:05");
  assert.equal(english.day(AT, AT + 3_600_000), "Today");
  assert.equal(german.day(AT - 86_400_000, AT), "Gestern");
  assert.equal(english.day(AT + 86_400_000, AT), "Tomorrow");
  assert.equal(english.day(AT - 7 * 86_400_000, AT), "Monday, March 2");
  assert.equal(english.day(AT - 400 * 86_400_000, AT), "February 2, 2025");
  assert.equal(english.duration(3_725_000), "1:02:05");
  assert.equal(english.duration(-5), "0:00");
});
