// SPDX-License-Identifier: Apache-2.0

/** A name that no design expects. */
export const LONG_NAME = "Maximiliane-Alexandrine von Hohenstein-Wolkenburg zu Donaudampfschifffahrt";

/** Names of many kinds, for long lists. */
export const NAMES = [
  "Rosa",
  "Omar Haddad",
  LONG_NAME,
  "",
  "Yuki",
  "Zoë Ångström",
  "ليلى",
  "Bo",
  "Siobhán O’Callaghan",
  "Nguyễn Thị Minh Khai",
  "Anastasia",
];

/** What people write, from one word to what cannot be broken. */
export const LINES = [
  "Hello!",
  "I ordered two pots last week and got one saucer. Order 4411-77, paid by card.",
  "The address of your parcel service is https://example.org/tracking/parcels/2026/4411-77?language=en&details=everything-that-there-is",
  `Das nennt man wohl ${"Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".repeat(2)}.`,
  "First line\nSecond line\n\nA last one after a gap",
  "All right",
  "مرحبا، كيف حالك؟",
];
