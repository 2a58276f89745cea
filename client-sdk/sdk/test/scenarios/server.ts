// SPDX-License-Identifier: Apache-2.0
// A real `switchboard serve` with its own embedded Redis in a fresh data directory, gone with the test.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { waitUntil } from "./waiting";

const REPOSITORY = process.env["SWITCHBOARD_SOURCE"] ?? resolve(process.cwd());
const PROGRAM = process.env["SWITCHBOARD"] ?? join(REPOSITORY, "build/release/switchboard");

/** Limits that are about strangers would slow the scenarios down; they have tests of their own. */
const FLAGS = [
  ...["--threads", "2", "--connections-per-address", "0", "--handshakes-per-second-per-address", "0", "--new-visitors-per-minute", "0"],
  ...["--customer-commands-per-minute", "0", "--customer-commands-per-second", "1000", "--customer-command-burst", "1000"],
  ...["--agent-commands-per-second", "1000", "--drain", "2s"],
];

const templates = new Map<string, string>();

/** A data directory in which this tenant of tests/data is stored already; importing it once saves a second per scenario. */
function freshDataDirectory(tenant: string): string {
  let template = templates.get(tenant);
  if (!template) {
    template = temporaryDirectory();
    const document = join(REPOSITORY, "tests/data", tenant);
    execFileSync(PROGRAM, ["tenant", "import", document, "--data-dir", template], { stdio: ["ignore", "ignore", "pipe"] });
    templates.set(tenant, template);
    const made = template;
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  const directory = temporaryDirectory();
  cpSync(template, directory, { recursive: true, filter: (path) => !statSync(path).isSocket() });
  return directory;
}

function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "switchboard-"));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}

export class ServerProcess {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly dataDirectory: string,
    private readonly flags: string[],
  ) {}

  static async start(flags: string[] = [], tenant = "scenario_tenant.json", dataDirectory = freshDataDirectory(tenant)): Promise<ServerProcess> {
    const server = new ServerProcess(await freePort(), dataDirectory, flags);
    await server.launch();
    return server;
  }

  get http(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get url(): string {
    return `ws://127.0.0.1:${this.port}/v1/ws`;
  }
  get redisSocket(): string {
    const found = readdirSync(this.dataDirectory).map((name) => join(this.dataDirectory, name));
    return found.find((path) => statSync(path).isSocket()) ?? "";
  }

  /** Starts the process (again, on the same data and port) and waits until it is ready. */
  async launch(): Promise<void> {
    const log = openSync(join(this.dataDirectory, "server.log"), "a");
    const place = ["--listen", "127.0.0.1", "--port", String(this.port), "--data-dir", this.dataDirectory];
    const child = spawn(PROGRAM, ["serve", ...place, ...FLAGS, ...this.flags], { stdio: ["ignore", log, log] });
    this.#child = child;
    await waitUntil("the server is ready", async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${this.logTail()}`);
      return (await fetch(`${this.http}/readyz`).catch(() => undefined))?.status === 200;
    }, 60_000);
  }

  /** Sends a signal and waits for the end of the process. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  /** The process id of the embedded Redis; 0: there is none now. */
  redisPid(): number {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const [name, rest] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/^\d+ \((.*)\) /s).slice(1);
        if (name === "redis-server" && Number(rest?.split(" ")[1]) === this.#child?.pid && rest?.[0] !== "Z") return Number(pid);
      } catch {
        continue; // it has ended meanwhile
      }
    }
    return 0;
  }

  /** What the embedded Redis answers to an inline command. */
  async askRedis(command: string): Promise<string> {
    const socket = connect(this.redisSocket);
    socket.end(`${command}\r\nQUIT\r\n`);
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  /** Rows of the archive as JSON objects. */
  async askArchive(sql: string, ...parameters: string[]): Promise<Record<string, unknown>[]> {
    const script = `import base64, json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]); rows.row_factory = sqlite3.Row
as_text = lambda value: base64.b64encode(value).decode() if isinstance(value, bytes) else value
print(json.dumps([{key: as_text(row[key]) for key in row.keys()} for row in rows.execute(sys.argv[2], sys.argv[3:])]))`;
    const file = join(this.dataDirectory, "archive.sqlite");
    const { stdout } = await promisify(execFile)("python3", ["-c", script, file, sql, ...parameters]);
    return JSON.parse(stdout) as Record<string, unknown>[];
  }

  logTail(): string {
    return readFileSync(join(this.dataDirectory, "server.log"), "utf8").slice(-2000);
  }

  async dispose(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}
