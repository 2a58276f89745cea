// SPDX-License-Identifier: Apache-2.0
// Who waits in the departments in which agents pick.
import { type AgentClient, type DepartmentInfo, ErrorCode, hasCode, type SwitchboardError, type Waiting } from "@switchboard/sdk";
import { Polling } from "./polling";

const REFRESH_MS = 3000;

/** One department in which the agent picks. */
export interface WaitingDepartment {
  readonly department: DepartmentInfo;
  readonly waiting: readonly Waiting[];
}

/** The waiting lists of an agent: of every department in which agents pick and which this agent serves. */
export class WaitingDesk extends Polling<readonly WaitingDepartment[]> {
  #refused = new Set<string>();
  #forget: (() => void)[] = [];

  constructor(private readonly client: AgentClient) {
    super(() => this.#ask(), REFRESH_MS);
  }

  /** Whether there is any department to ask about. */
  get hasDepartments(): boolean {
    return this.#departments.length > 0;
  }

  override start(): void {
    super.start();
    const now = () => this.refresh();
    // Whatever changes what is held or waits; another configuration may also let the agent see more.
    this.#forget = [
      ...(["assigned", "released", "offer", "offerWithdrawn", "welcome"] as const).map((name) => this.client.on(name, now)),
      this.client.on("departments", () => {
        this.#refused = new Set();
        this.refresh();
      }),
    ];
  }

  override stop(): void {
    super.stop();
    for (const forget of this.#forget) forget();
  }

  get #departments(): DepartmentInfo[] {
    return (this.client.departments ?? []).filter(({ id, pull }) => pull && !this.#refused.has(id));
  }

  async #ask(): Promise<readonly WaitingDepartment[]> {
    const lists = await Promise.all(this.#departments.map((department) => this.#list(department)));
    return lists.filter((list) => list !== undefined);
  }

  // A department that the agent does not serve is not asked about again.
  async #list(department: DepartmentInfo): Promise<WaitingDepartment | undefined> {
    try {
      return { department, waiting: await this.client.listWaiting(department.id) };
    } catch (error) {
      if (!hasCode(error, ErrorCode.NOT_FOUND) && !hasCode(error, ErrorCode.UNSUPPORTED)) throw error as SwitchboardError;
      this.#refused.add(department.id);
      return undefined;
    }
  }
}
