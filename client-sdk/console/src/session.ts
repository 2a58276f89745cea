// SPDX-License-Identifier: Apache-2.0
// Who is signed in. The access token stays in memory; the refresh token is an HttpOnly cookie, so a reload stays signed in and no
// script ever sees it.
import { Role, SwitchboardError } from "@switchboard/sdk";
import { keep, recall } from "./keep";

/** Why nobody was let in: `status` as in HTTP, 0 when there was no answer. */
export class SessionError extends SwitchboardError {
  constructor(
    readonly status: number,
    /** How long to wait before the next attempt, if the server said so. */
    readonly retryAfterSeconds = 0,
  ) {
    super(status === 0 ? "no answer from the server" : `the server answered ${status}`, status === 0 || status === 429 || status >= 500);
  }
}

interface Answer {
  access_token: string;
  expires_in_s: number;
  /** Site key for Hello. */
  site: string;
  agent: { id: string; name: string; role: keyof typeof Role };
}

/** An agent as the sign-in tells. */
export interface SignedInAgent {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** A token is exchanged when it has less than this left, so that it is good on arrival. */
const RENEW_BEFORE_MS = 60_000;

/** Scripts cannot see the cookie; without this mark there is none to ask the server about. */
const SIGNED_IN = "signed-in";

/** The session of an agent who has signed in. */
export class Session {
  #answer: Answer;
  #expires: number;
  #renewing: Promise<Answer> | undefined;

  private constructor(answer: Answer) {
    this.#answer = answer;
    this.#expires = Date.now() + answer.expires_in_s * 1000;
  }

  /** Rejects with SessionError. An empty site means the default tenant's. */
  static async signIn(site: string, login: string, password: string): Promise<Session> {
    const session = new Session(await post("login", { site_key: site, login, password }));
    keep("localStorage", SIGNED_IN, "yes");
    return session;
  }

  /** The session of an earlier page of this browser; undefined when there is none. Rejects when the server cannot be asked. */
  static async resume(): Promise<Session | undefined> {
    if (!recall("localStorage", SIGNED_IN)) return undefined;
    try {
      return new Session(await post("refresh", {}));
    } catch (error) {
      if (!(error instanceof SessionError) || error.temporary) throw error;
      keep("localStorage", SIGNED_IN, "");
      return undefined;
    }
  }

  /** Who has signed in. */
  get agent(): SignedInAgent {
    const { id, name, role } = this.#answer.agent;
    return { id, name, role: Role[role] ?? Role.ROLE_UNSPECIFIED };
  }

  /** Site key of the agent's tenant, for Hello. */
  get site(): string {
    return this.#answer.site;
  }

  /** The access token; a new one when it is about to expire. Rejects with SessionError. */
  async token(): Promise<string> {
    if (Date.now() > this.#expires - RENEW_BEFORE_MS) {
      this.#renewing ??= post("refresh", {}).finally(() => (this.#renewing = undefined));
      const answer = await this.#renewing;
      // Somebody else has signed in to this browser: this page must not become theirs.
      if (answer.agent.id !== this.#answer.agent.id || answer.site !== this.#answer.site) throw new SessionError(401);
      this.#answer = answer;
      this.#expires = Date.now() + answer.expires_in_s * 1000;
    }
    return this.#answer.access_token;
  }

  /** Makes the server take the cookie back. Rejects with SessionError. */
  async signOut(): Promise<void> {
    await this.#renewing?.catch(() => {}); // its answer would bring the cookie back
    await send("logout", {});
    keep("localStorage", SIGNED_IN, "");
  }
}

async function post(what: "login" | "refresh", body: object): Promise<Answer> {
  return (await (await send(what, body)).json()) as Answer;
}

async function send(what: string, body: object): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/v1/auth/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      body: JSON.stringify(body),
    });
  } catch {
    throw new SessionError(0);
  }
  if (!response.ok) throw new SessionError(response.status, Number(response.headers.get("Retry-After")) || 0);
  return response;
}
