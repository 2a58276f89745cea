// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually";
import { PROGRAM, REPOSITORY, temporaryDirectory } from "./repository";
import { demoTenant, type Tenant } from "./tenant";

// Limits that are about strangers would slow the tests down; they have tests of their own.
const FLAGS = [
  ...["--demo", "--web-dir", join(REPOSITORY, "client-sdk"), "--listen", "127.0.0.1", "--port", "0", "--threads", "1", "--workers", "2"],
  ...["--durability", "memory", "--drain", "1s", "--connections-per-address", "0", "--handshakes-per-second-per-address", "0"],
  ...["--new-visitors-per-minute", "0", "--customer-commands-per-minute", "0", "--sessions-per-visitor", "100"],
];

let template: string | undefined;

// A data directory in which the usual tenant is stored already: importing it takes longer than starting the server.
function demoDirectory(): string {
  template ??= importedInto(temporaryDirectory(), demoTenant());
  const directory = temporaryDirectory();
  cpSync(template, directory, { recursive: true, filter: (path) => !statSync(path).isSocket() });
  return directory;
}

function importedInto(directory: string, tenant: Tenant): string {
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "tenant.json");
  writeFileSync(file, JSON.stringify(tenant));
  execFileSync(PROGRAM, ["tenant", "import", file, "--data-dir", directory], { stdio: ["ignore", "ignore", "pipe"] });
  return directory;
}

/** A real server with its own Redis and data, gone with its test. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {}

  /** Starts one with the demo tenant, or with another. */
  static async start(tenant?: Tenant): Promise<ServerProcess> {
    const directory = tenant ? importedInto(temporaryDirectory(), tenant) : demoDirectory();
    const output = join(directory, "output");
    const log = openSync(output, "a");
    const child = spawn(PROGRAM, ["serve", ...FLAGS, "--data-dir", directory], { stdio: ["ignore", log, log] });
    const told = await eventually("the server tells its port", () => {
      const text = readFileSync(output, "utf8");
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${text}`);
      return /server\.listening .*port=(\d+)/.exec(text);
    });
    const server = new ServerProcess(child, directory, Number(told?.[1]));
    await eventually("the server is ready", async () => (await fetch(`${server.origin}/readyz`)).ok);
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get socketUrl(): string {
    return `ws://127.0.0.1:${this.port}/v1/ws`;
  }

  logTail(): string {
    return readFileSync(join(this.directory, "output"), "utf8").slice(-3000);
  }

  async dispose(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
