// SPDX-License-Identifier: Apache-2.0
// Bundles the loader and the frame's document into dist, and the tests for `node --test`; fails when a page outgrows its budget.
import { build } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";

const LOADER_BUDGET = 3 * 1024;
const APP_BUDGET = 40 * 1024;

const common = {
  bundle: true,
  target: "es2022",
  conditions: ["source"],
  legalComments: "none",
  logLevel: "warning",
  jsx: "automatic",
  jsxImportSource: "preact",
};

async function buildPages() {
  const browser = { ...common, platform: "browser", minify: true };
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist/assets", { recursive: true });
  await build({ ...browser, entryPoints: ["loader/loader.ts"], format: "iife", outfile: "dist/widget.js" });
  const { metafile } = await build({
    ...browser,
    entryPoints: { widget: "src/main.tsx", style: "src/style.css" },
    format: "esm",
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    metafile: true,
  });
  const outputs = Object.keys(metafile.outputs);
  const asset = (extension) => `assets/${basename(outputs.find((name) => name.endsWith(extension)))}`;
  const page = readFileSync("index.html", "utf8").replace("{{css}}", asset(".css")).replace("{{js}}", asset(".js"));
  writeFileSync("dist/index.html", page);
  weigh("loader", ["dist/widget.js"], LOADER_BUDGET);
  weigh("app", outputs, APP_BUDGET);
}

function weigh(what, files, budget) {
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
  console.log(`widget ${what}: ${bytes} of ${budget} bytes gzipped`);
  if (bytes > budget) throw new Error(`the ${what} outgrew its budget`);
}

async function buildTests() {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    format: "cjs",
    platform: "node",
    outdir: "../../build/widget-test",
    outExtension: { ".js": ".cjs" },
  });
}

await buildPages();
await buildTests();
