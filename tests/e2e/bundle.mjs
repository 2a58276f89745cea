// SPDX-License-Identifier: Apache-2.0
// Bundles the browser tests and the screenshots for Node into build/e2e-test. Packages come from client-sdk's one lock file.
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = resolve(here, "../../client-sdk");
const { build } = createRequire(`${packages}/package.json`)("esbuild");
const out = resolve(here, "../../build/e2e-test");

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: readdirSync(here).filter((name) => /\.(test|script)\.ts$/.test(name)).map((name) => `${here}/${name}`),
  outdir: out,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  sourcemap: true,
  target: "node18",
  format: "cjs",
  platform: "node",
  conditions: ["source"],
  nodePaths: [`${packages}/node_modules`],
  // It loads files of its own at run time, and is found through NODE_PATH.
  external: ["playwright-core"],
  legalComments: "none",
  logLevel: "warning",
});
