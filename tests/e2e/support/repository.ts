// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The root of the repository. */
export const REPOSITORY = process.env["SWITCHBOARD_SOURCE"] ?? resolve(process.cwd());

/** The server's program. */
export const PROGRAM = process.env["SWITCHBOARD"] ?? join(REPOSITORY, "build/release/switchboard");

/** A file of the repository as text. */
export function readText(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

/** A new, empty directory outside the repository. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "switchboard-e2e-"));
}
