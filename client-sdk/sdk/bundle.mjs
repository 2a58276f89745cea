// SPDX-License-Identifier: Apache-2.0
// Bundles the SDK for browsers and for Node, and the tests for `node --test`; prints what the browser bundle weighs.
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const common = { bundle: true, sourcemap: true, target: "es2022", legalComments: "none", logLevel: "warning" };
const browser = "dist/switchboard.browser.js";

await build({ ...common, entryPoints: ["src/index.ts"], format: "esm", platform: "browser", minify: true, outfile: browser });
await build({ ...common, entryPoints: ["src/index.ts"], format: "esm", platform: "node", outfile: "dist/switchboard.node.js" });

for (const folder of ["unit", "scenarios"]) {
  const tests = readdirSync(`test/${folder}`).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${folder}/${name}`),
    format: "cjs",
    platform: "node",
    outdir: `../../build/sdk-test/${folder}`,
    outExtension: { ".js": ".cjs" },
  });
}

const bytes = readFileSync(browser);
console.log(`${browser}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
