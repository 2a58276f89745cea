// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { readToFrame, readToPage, sealed } from "../shared/messages";
import { connectPage, type FrameWindow } from "../src/bridge";

const STRANGE: unknown[] = [
  null,
  undefined,
  1,
  "open",
  [],
  {},
  { type: "open" },
  { switchboard: 2, type: "open" },
  { switchboard: 1, type: "eval" },
];

test("what one side seals the other reads", () => {
  for (const type of ["begin", "open", "close", "toggle", "reset"] as const)
    assert.deepEqual(readToFrame(sealed({ type })), { type });
  assert.deepEqual(readToFrame(sealed({ type: "identify", jwt: "a.b.c" })), { type: "identify", jwt: "a.b.c" });
  for (const type of ["ready", "open", "close", "conversation-started", "conversation-ended", "storage-blocked"] as const) {
    assert.deepEqual(readToPage(sealed({ type })), { type });
  }
  assert.deepEqual(readToPage(sealed({ type: "unread", count: 3 })), { type: "unread", count: 3 });
});

test("everything else is refused, and nothing but what is known is handed on", () => {
  for (const data of STRANGE) {
    assert.equal(readToFrame(data), undefined);
    assert.equal(readToPage(data), undefined);
  }
  for (const count of [-1, 1.5, NaN, "2", undefined])
    assert.equal(readToPage({ switchboard: 1, type: "unread", count }), undefined);
  for (const jwt of ["", 1, {}, undefined]) assert.equal(readToFrame({ switchboard: 1, type: "identify", jwt }), undefined);
  assert.deepEqual(readToFrame({ switchboard: 1, type: "open", more: "x" }), { type: "open" });
});

function page(ancestorOrigins?: string[]) {
  const posted: unknown[][] = [];
  const parent = { postMessage: (...args: unknown[]) => void posted.push(args) };
  let listener = (_event: MessageEvent) => {};
  const frame: FrameWindow = {
    parent,
    location: ancestorOrigins ? { ancestorOrigins } : {},
    addEventListener: (_type, added) => void (listener = added),
  };
  return { frame, parent, posted, say: (event: object) => listener(event as MessageEvent) };
}

test("the frame hears its page only", () => {
  const heard: unknown[] = [];
  const { frame, parent, say } = page(["https://shop.example"]);
  assert.ok(connectPage(frame, "https://shop.example", (message) => void heard.push(message)));
  const data = sealed({ type: "open" });
  say({ source: {}, origin: "https://shop.example", data });
  say({ source: parent, origin: "https://evil.example", data });
  say({ source: parent, origin: "https://shop.example", data: { type: "open" } });
  assert.deepEqual(heard, []);
  say({ source: parent, origin: "https://shop.example", data });
  assert.deepEqual(heard, [{ type: "open" }]);
});

test("the frame speaks to the exact origin", () => {
  const { frame, posted } = page();
  connectPage(frame, "https://shop.example", () => {})?.tellPage({ type: "ready" });
  assert.deepEqual(posted, [[{ type: "ready", switchboard: 1 }, "https://shop.example"]]);
});

test("no wire to a page that the browser knows to be another, or that has no origin", () => {
  assert.equal(
    connectPage(page(["https://evil.example"]).frame, "https://shop.example", () => {}),
    undefined,
  );
  for (const origin of ["", "*", "null", "file://", "https://shop.example/path", "javascript:x"]) {
    assert.equal(
      connectPage(page().frame, origin, () => {}),
      undefined,
      origin,
    );
  }
});
