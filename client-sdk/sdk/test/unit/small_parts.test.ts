// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../src/backoff";
import { closeCodeName, errorCodeName, mayReconnect } from "../../src/codes";
import { type Locks, memoryStorage, randomInstance } from "../../src/environment";
import { Emitter } from "../../src/events";
import { InstanceStore } from "../../src/instance_store";
import { AgentSignIn, SignInError } from "../../src/sign_in";

test("full jitter: between nothing and a growing, bounded ceiling", () => {
  const ceilings = (random: number) => {
    const backoff = new Backoff({ baseMs: 100, capMs: 1000 }, () => random);
    return Array.from({ length: 6 }, () => backoff.next());
  };
  assert.deepEqual(ceilings(0), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(ceilings(0.5), [50, 100, 200, 400, 500, 500]);
  const backoff = new Backoff({ baseMs: 100, capMs: 1000 }, () => 0.5);
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 50);
});

test("close codes: 4500 to 4999 are final, everything else is not", () => {
  for (const code of [1000, 1001, 1006, 1012, 4000, 4003, 4499]) assert.equal(mayReconnect(code), true, String(code));
  for (const code of [4500, 4501, 4503, 4999]) assert.equal(mayReconnect(code), false, String(code));
  assert.equal(closeCodeName(4001), "HEARTBEAT_TIMEOUT");
  assert.equal(closeCodeName(4444), "4444");
  assert.equal(errorCodeName(9), "RATE_LIMITED");
});

test("emitter: order, removal, next", async () => {
  class Bell extends Emitter<{ ring: number }> {
    ring(value: number): void {
      this.emit("ring", value);
    }
  }
  const bell = new Bell();
  const heard: string[] = [];
  const remove = bell.on("ring", (value) => heard.push(`a${value}`));
  bell.on("ring", (value) => heard.push(`b${value}`));
  const next = bell.next("ring", (value) => value > 1);
  bell.ring(1);
  remove();
  bell.ring(2);
  bell.ring(3);
  assert.equal(await next, 2);
  assert.deepEqual(heard, ["a1", "b1", "b2", "b3"]);
});

test("an instance is never 0", () => {
  assert.equal(randomInstance(() => 0), 1n);
  assert.equal(randomInstance(() => 0.999999999999) > 0n, true);
});

/** Locks of one browser: `leave` ends the page that holds them. */
class Browser {
  readonly held = new Set<string>();
  page(): { locks: Locks; leave(): void } {
    const mine = new Set<string>();
    return {
      locks: { hold: async (name) => !this.held.has(name) && Boolean(this.held.add(name) && mine.add(name)) },
      leave: () => mine.forEach((name) => this.held.delete(name)),
    };
  }
}
const unsent = { next: 3, messages: [{ kind: "message" as const, text: "not sent", number: 2 }] };

test("a page takes over what a dead page left, with its instance, and leaves alone what lives", async () => {
  const storage = memoryStorage();
  const browser = new Browser();
  const first = browser.page();
  const living = await InstanceStore.open("demo", storage, first.locks, Math.random);
  living.save("c1", unsent);

  const second = await InstanceStore.open("demo", storage, browser.page().locks, Math.random);
  assert.notEqual(second.instance, living.instance);
  assert.equal(second.saved("c1"), undefined);

  first.leave();
  const third = await InstanceStore.open("demo", storage, browser.page().locks, Math.random);
  assert.equal(third.instance, living.instance);
  assert.deepEqual(third.saved("c1"), unsent);
  third.save("c1", { next: 3, messages: [] });
  assert.deepEqual(storage.keys(), []);
});

test("without locks nothing is kept; broken storage is no obstacle", async () => {
  const storage = memoryStorage();
  (await InstanceStore.open("demo", storage, undefined, Math.random)).save("c1", unsent);
  assert.deepEqual(storage.keys(), []);
  storage.set("switchboard:demo:unsent:5", "{ this is no JSON");
  storage.set("switchboard:demo:unsent:6", '{"c1":{"next":"x"}}');
  const store = await InstanceStore.open("demo", storage, new Browser().page().locks, Math.random);
  assert.deepEqual(store.conversations(), []);
  const full = { ...memoryStorage(), set: () => { throw new Error("quota"); } };
  (await InstanceStore.open("demo", full, new Browser().page().locks, Math.random)).save("c1", unsent);
});

test("signing in: token, refresh by cookie, refusal", async () => {
  const asked: { url: string; init: RequestInit }[] = [];
  const agent = { id: "anna", name: "Anna", role: "agent" };
  let answer = () => new Response(JSON.stringify({ access_token: "first", expires_in_s: 900, agent }),
    { headers: { "Set-Cookie": "sb_refresh=abc; HttpOnly; Path=/v1/auth" } });
  const fetch = async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return answer();
  };
  const session = await AgentSignIn.start({ server: "http://server/", site: "demo", login: "anna", password: "secret", fetch });
  assert.equal(asked[0]?.url, "http://server/v1/auth/login");
  assert.deepEqual(JSON.parse(String(asked[0]?.init.body)), { site_key: "demo", login: "anna", password: "secret" });
  assert.equal(session.agent.id, "anna");
  assert.equal(await session.token(), "first");
  assert.equal(asked.length, 1, "a fresh token is not exchanged");

  answer = () => new Response(JSON.stringify({ access_token: "short", expires_in_s: 30, agent: session.agent }));
  const short = await AgentSignIn.start({ server: "http://server", site: "demo", login: "anna", password: "secret", fetch });
  assert.equal(await short.token(), "short");
  assert.equal(asked.at(-1)?.url, "http://server/v1/auth/refresh");

  answer = () => new Response('{"error":{"code":"UNAUTHENTICATED","message":"wrong login or password"}}', { status: 401 });
  const refused = AgentSignIn.start({ server: "http://server", site: "demo", login: "anna", password: "wrong", fetch });
  const asTold = (error: SignInError) => error.status === 401 && !error.temporary && error.message === "wrong login or password";
  await assert.rejects(refused, asTold);
});
