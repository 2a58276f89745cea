// SPDX-License-Identifier: Apache-2.0
import { ErrorCode, CommandError } from "@switchboard/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { problemText, signInProblem } from "../src/problems";
import { hrefOf, parsePlace } from "../src/route";
import { SessionError } from "../src/session";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";
import { byteLength, humanised, skillName, textPieces, withinBytes } from "../src/words";

test("places survive the way through the address", () => {
  for (const place of [{ page: "queues" }, { page: "chats" }, { page: "chats", chatId: "a/b c?" }] as const) {
    assert.deepEqual(parsePlace(hrefOf(place)), place);
  }
  assert.deepEqual(parsePlace(""), { page: "chats" });
  assert.deepEqual(parsePlace("#/nowhere/else"), { page: "chats" });
  assert.deepEqual(parsePlace("#/chats/%E0%A4%A"), { page: "chats", chatId: "%E0%A4%A" });
});

test("bytes are those of UTF-8, and no character is cut in half", () => {
  assert.equal(byteLength("ä€😀"), 9);
  assert.equal(withinBytes("ä€😀", 8), "ä€");
  assert.equal(withinBytes("short", 64), "short");
});

test("identifiers read like words", () => {
  assert.equal(humanised("reset_2fa"), "Reset 2fa");
  assert.equal(humanised("account_access-reset_2fa"), "Account access: reset 2fa");
  assert.equal(humanised(""), "");
  assert.equal(skillName("billing-refund", "billing"), "Refund");
  assert.equal(skillName("lang-de", "billing"), "Lang: de");
});

test("only http and https become links, without the punctuation behind them", () => {
  const links = (text: string) => textPieces(text).flatMap(({ href }) => href ?? []);
  assert.deepEqual(links("see https://a.example/x?y=1. And http://b.example, please"), ["https://a.example/x?y=1", "http://b.example"]);
  assert.deepEqual(links("javascript:alert(1) ftp://c.example data:text/html,x"), []);
  const text = "before https://a.example/ after";
  assert.equal(
    textPieces(text)
      .map((piece) => piece.text)
      .join(""),
    text,
  );
});

test("errors are told in words", () => {
  const refused = (code: ErrorCode) =>
    problemText(new CommandError({ code, message: "m", temporary: false, retryAfterMs: 0, expectedNumber: 0 }));
  assert.equal(refused(ErrorCode.DEPARTMENT_CLOSED), en["problem.departmentClosed"]);
  assert.match(refused(ErrorCode.INVALID_ARGUMENT), /INVALID_ARGUMENT: m/);
  assert.equal(signInProblem(new SessionError(401)), en["signIn.wrong"]);
  assert.match(signInProblem(new SessionError(429, 840)), /14 minutes/);
  assert.equal(signInProblem(new SessionError(0)), en["signIn.noAnswer"]);
  assert.equal(signInProblem(new SessionError(503)), en["signIn.unavailable"]);
});

test("both languages fill in the same names", () => {
  const names = (text: unknown) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  for (const [key, text] of Object.entries(en)) {
    assert.deepEqual([...new Set(names(de[key as keyof typeof en]))].sort(), [...new Set(names(text))].sort(), key);
  }
});
