// SPDX-License-Identifier: Apache-2.0
// The stage of one scenario: a server of its own, people on it, and the steps that many scenarios share.
// The list of scenarios stands in tests/integration/scenarios/README.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError } from "../../src/errors";
import type { ErrorCode } from "../../src/codes";
import type { Command } from "../../src/connection";
import type { CustomerOptions } from "../../src/customer_client";
import type { Event } from "../../src/gen/test/switchboard/v1/event";
import { ENCODINGS, type Encoding } from "../encodings";
import { Agent, agentJwt, Customer, Wire } from "./people";
import { ServerProcess } from "./server";
import { staysTrue, waitUntil } from "./waiting";

/** A talk that has begun. */
export interface Talk {
  customer: Customer;
  agent: Agent;
  id: string;
}

export class Stage {
  readonly #people: { client: { stop(): void } }[] = [];

  constructor(
    readonly encoding: Encoding,
    readonly server: ServerProcess,
  ) {}

  wire(): Wire {
    return new Wire(this.server.url, this.encoding);
  }

  async customer(options: Partial<CustomerOptions> = {}, wire = this.wire()): Promise<Customer> {
    const customer = new Customer(wire, options);
    this.#people.push(customer);
    await customer.client.start();
    return customer;
  }

  async agent(login: string, available = true, token: string = agentJwt(login)): Promise<Agent> {
    const agent = new Agent(this.wire(), { token });
    this.#people.push(agent);
    await agent.client.start();
    if (available) await agent.client.available();
    return agent;
  }

  /** Starts a conversation and returns its id. */
  async begin(customer: Customer, department: string, topic = "", text = ""): Promise<string> {
    return (await customer.client.startConversation({ department, topic, text })).id;
  }

  async accept(agent: Agent, id: string): Promise<void> {
    await waitUntil("the offer", () => agent.offerOf(id) !== undefined);
    await agent.client.accept(agent.offerOf(id)!);
    await waitUntil("the assignment", () => agent.holds(id));
  }

  async talk(customer?: Customer, agent?: Agent, department = "billing", topic = "invoice"): Promise<Talk> {
    const [he, she] = [customer ?? (await this.customer()), agent ?? (await this.agent("anna"))];
    const id = await this.begin(he, department, topic);
    await this.accept(she, id);
    await waitUntil("both see the agent join", () => he.count(id, "agentJoined") === 1 && she.count(id, "agentJoined") === 1);
    return { customer: he, agent: she, id };
  }

  /** Each says one text; in the end both have seen both. */
  async sayAndHear({ customer, agent, id }: Talk, text: string): Promise<void> {
    void customer.chat(id).send(`${text} (customer)`);
    await waitUntil("the customer's text arrives", () => agent.texts(id).at(-1) === `${text} (customer)`);
    void agent.chat(id).send(`${text} (agent)`);
    await waitUntil("the agent's text arrives at both", () => [customer, agent].every((one) => one.texts(id).at(-1) === `${text} (agent)`));
  }

  async closed({ customer, agent, id }: Talk): Promise<void> {
    await waitUntil("the customer sees the end", () => customer.count(id, "closed") === 1);
    await waitUntil("the agent is released", () => !agent.holds(id));
  }

  async dispose(): Promise<void> {
    for (const { client } of this.#people) client.stop();
    await this.server.dispose();
  }
}

/** Everything about an event that must be the same for everyone who sees it. */
export function fingerprints(events: readonly Event[]): string[] {
  return events.map(({ seq, eventId, body }) => `${seq} ${eventId} ${body?.$case}`);
}

/** The code with which a command is refused; 0 when it is not. */
export async function refusalOf(person: { client: { run(command: Command): Promise<unknown> } }, command: Command): Promise<ErrorCode> {
  try {
    await person.client.run(command);
    return 0;
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error));
    return error.code;
  }
}

/** A scenario in both encodings, each on a fresh server. */
export function inBothEncodings(name: string, scenario: (stage: Stage) => Promise<void>, flags: string[] = [], tenant?: string): void {
  for (const encoding of ENCODINGS) {
    test(`${name} ${encoding}`, { timeout: 120_000 }, async () => {
      const stage = new Stage(encoding, await ServerProcess.start(flags, tenant));
      try {
        await scenario(stage);
      } catch (error) {
        console.error(stage.server.logTail());
        throw error;
      } finally {
        await stage.dispose();
      }
    });
  }
}

export { staysTrue, waitUntil };
