// SPDX-License-Identifier: Apache-2.0
// Agents sign in with a password over HTTP. The access token stays in memory; the refresh token is an HttpOnly cookie, which a
// browser keeps by itself and Node needs to be reminded of.
import { SwitchboardError } from "./errors";

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Where and as whom to sign in. */
export interface SignInOptions {
  /** Origin of the server, for example `https://chat.example.org`. */
  server: string;
  /** Site key of the tenant. */
  site: string;
  login: string;
  password: string;
  /** Default: the platform's. */
  fetch?: Fetch;
}

/** The server did not let the agent in. `status` is the HTTP status: 401 wrong login or password, 429 too many attempts. */
export class SignInError extends SwitchboardError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message, status === 429 || status >= 500);
  }
}

interface SignedIn {
  access_token: string;
  expires_in_s: number;
  agent: { id: string; name: string; role: string };
}

/** A token is exchanged when it has less than this left, so that it is good on arrival. */
const RENEW_BEFORE_MS = 60_000;

/** An agent who has signed in. Hand `() => session.token()` to AgentClient: every connection then has a valid token. */
export class AgentSignIn {
  #cookie = "";

  private constructor(
    private readonly server: string,
    private readonly fetch: Fetch,
    private signedIn: SignedIn,
    private expires: number,
  ) {}

  /** Rejects with SignInError. */
  static async start(options: SignInOptions): Promise<AgentSignIn> {
    const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
    const server = options.server.replace(/\/$/, "");
    const session = new AgentSignIn(server, fetch, { access_token: "", expires_in_s: 0, agent: { id: "", name: "", role: "" } }, 0);
    await session.#post("login", { site_key: options.site, login: options.login, password: options.password });
    return session;
  }

  /** Who has signed in. */
  get agent(): { readonly id: string; readonly name: string; readonly role: string } {
    return this.signedIn.agent;
  }

  /** The access token; a new one when it is about to expire. Rejects with SignInError; `temporary` when the server is away. */
  async token(): Promise<string> {
    if (Date.now() > this.expires - RENEW_BEFORE_MS) await this.#post("refresh", {});
    return this.signedIn.access_token;
  }

  /** Ends the session of this browser or process; the client should be stopped too. */
  async signOut(): Promise<void> {
    await this.#send("logout", {});
    this.expires = 0;
    this.#cookie = "";
  }

  async #post(what: "login" | "refresh", body: object): Promise<void> {
    const response = await this.#send(what, body);
    this.signedIn = (await response.json()) as SignedIn;
    this.expires = Date.now() + this.signedIn.expires_in_s * 1000;
  }

  async #send(what: string, body: object): Promise<Response> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (this.#cookie) headers["Cookie"] = this.#cookie;
    let response: Response;
    try {
      response = await this.fetch(`${this.server}/v1/auth/${what}`, {
        method: "POST",
        headers,
        credentials: "include",
        body: JSON.stringify(body),
      });
    } catch (error) {
      throw new SignInError(503, `no answer from ${this.server}: ${String(error)}`);
    }
    if (!response.ok) throw new SignInError(response.status, await refusal(response));
    // Browsers hide Set-Cookie from scripts and keep the cookie themselves; here it stays empty.
    this.#cookie = response.headers.getSetCookie?.().map((cookie) => cookie.split(";")[0] ?? "").join("; ") || this.#cookie;
    return response;
  }
}

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { error?: { message?: string } };
    return body.error?.message ?? text;
  } catch {
    return text || `HTTP status ${response.status}`;
  }
}
