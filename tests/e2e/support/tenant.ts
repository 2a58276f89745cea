// SPDX-License-Identifier: Apache-2.0
// The tenant of the browser tests: the demo shop's, with passwords, a key for the shop's own customers, and times that suit tests.
import { createHmac } from "node:crypto";
import { readText } from "./repository";

/** A department as in a tenant's document; what is not named here is left as it is. */
export interface Department {
  id: string;
  name: string;
  topics?: { name: string; skill: string; level: number }[];
  [setting: string]: unknown;
}

/** The part of a tenant's document that tests look at. */
export interface Tenant {
  sites: { key: string; origins: string[]; customer_keys?: object[] }[];
  departments: Department[];
  agents: { login: string; name: string; departments: string[]; password_hash?: string; [setting: string]: unknown }[];
}

/** Every agent's password. */
export const PASSWORD = "correct-horse";

const CUSTOMER_SECRET = "e2e-customer-secret-0123456789abcdef-e2e";

/** The demo tenant with passwords. Nobody misses an offer because the machine is slow, and a declined one may return soon. */
export function demoTenant(origins: string[] = []): Tenant {
  const tenant = JSON.parse(readText("deploy/demo/tenant.json")) as Tenant;
  const scenarios = JSON.parse(readText("tests/data/scenario_tenant.json")) as Tenant;
  const hash = scenarios.agents[0]?.password_hash ?? "";
  const key = { id: "shop", algorithm: "HS256", key: CUSTOMER_SECRET, issuer: "shop", audience: "switchboard" };
  return {
    ...tenant,
    sites: [{ key: "demo", origins, customer_keys: [key] }],
    departments: tenant.departments.map((one) => ({ ...one, offer_timeout_s: 90, decline_cooldown_s: 3 })),
    agents: tenant.agents.map((one) => ({ ...one, password_hash: hash })),
  };
}

/** What the shop's own server would hand to the page of a customer who has signed in there. */
export function customerJwt(id: string, name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "shop", aud: "switchboard", sub: id, name, iat: now, exp: now + 3600 };
  const signed = `${part({ alg: "HS256", typ: "JWT", kid: "shop" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", CUSTOMER_SECRET).update(signed).digest("base64url")}`;
}
