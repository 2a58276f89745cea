// SPDX-License-Identifier: Apache-2.0
// Bundles the SDK, and the tests for `node --test`; prints what a page pays for a customer's client.
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const common = { bundle: true, sourcemap: true, target: "es2022", legalComments: "none", logLevel: "warning" };
const customer = "dist/switchboard.customer.js";

await build({
  ...common,
  entryPoints: ["src/index.ts", "src/codec_json.ts", "src/codec_json_customer.ts", "src/codec_protobuf.ts"],
  format: "esm",
  platform: "neutral",
  splitting: true,
  outdir: "dist",
});
// One file for pages without a bundler; also the measure, because every page with a widget loads this much.
await build({
  ...common,
  stdin: {
    contents: 'export { CustomerClient } from "./src/index"; export { customerJsonCodec as jsonCodec } from "./src/codec_json_customer";',
    resolveDir: ".",
  },
  format: "esm",
  platform: "browser",
  minify: true,
  outfile: customer,
});

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

const bytes = readFileSync(customer);
console.log(`sdk/${customer}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
