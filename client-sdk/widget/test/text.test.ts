// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { byteLength, humanise, initials, linkify } from "../src/text";

const links = (text: string) => linkify(text).flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]]));

test("bytes are those of UTF-8", () => {
  assert.equal(byteLength("abc"), 3);
  assert.equal(byteLength("äß€"), 7);
  assert.equal(byteLength("🌱"), 4);
});

test("the pieces of a text are the text", () => {
  for (const text of [
    "",
    "no link",
    "https://example.org",
    "a https://example.org b http://example.com/c.",
    "https://",
    "🌱 https://example.org 🌱",
  ]) {
    assert.equal(
      linkify(text)
        .map((piece) => piece.text)
        .join(""),
      text,
    );
  }
});

test("links end before the punctuation of the sentence", () => {
  assert.deepEqual(links("See https://example.org/a, or (https://example.org/b)."), [
    ["https://example.org/a", "https://example.org/a"],
    ["https://example.org/b", "https://example.org/b"],
  ]);
  assert.deepEqual(links("https://example.org/a_(b)"), [["https://example.org/a_(b)", "https://example.org/a_(b)"]]);
});

test("only web addresses become links", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.org",
    "example.org",
    "xhttps://example.org",
    "https://",
  ]) {
    assert.deepEqual(links(text), [], text);
  }
  assert.deepEqual(links('HTTPS://EXAMPLE.org/"><img>'), [["HTTPS://EXAMPLE.org/", "https://example.org/"]]);
});

test("names of topics read like words", () => {
  assert.equal(humanise("recover_username"), "Recover username");
  assert.equal(humanise("reset_2fa"), "Reset 2fa");
  assert.equal(humanise(""), "");
});

test("initials are letters of the first and the last name", () => {
  assert.equal(initials("Anna"), "A");
  assert.equal(initials("ana maria de souza"), "AS");
  assert.equal(initials("Łukasz Żak"), "ŁŻ");
  assert.equal(initials("  42 "), "");
  assert.equal(initials("李 小龍"), "李小");
});
