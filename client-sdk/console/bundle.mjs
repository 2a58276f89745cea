// SPDX-License-Identifier: Apache-2.0
// Bundles the console into dist: index.html and assets whose names carry their content's hash. Says what the first load weighs.
// With --tests: bundles the tests for Node into build/console-test instead.
import { build } from "esbuild";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 120 * 1024;
const common = { bundle: true, format: "esm", target: "es2022", jsx: "automatic", jsxImportSource: "preact", conditions: ["source"] };

if (process.argv.includes("--tests")) {
    const tests = (await readdir("test")).filter((name) => name.endsWith(".test.ts"));
    const outdir = "../../build/console-test";
    await rm(outdir, { recursive: true, force: true });
    await build({ ...common, entryPoints: tests.map((name) => `test/${name}`), outdir, platform: "node", outExtension: { ".js": ".mjs" } });
    process.exit();
}

await rm("dist", { recursive: true, force: true });
const { metafile } = await build({
    entryPoints: { console: "src/main.tsx" },
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    ...common,
    splitting: true,
    minify: true,
    legalComments: "none",
    metafile: true,
});

const outputs = Object.entries(metafile.outputs);
const [script, { cssBundle, imports }] = outputs.find(([, output]) => output.entryPoint === "src/main.tsx");
const html = (await readFile("index.html", "utf8"))
    .replace("%STYLE%", `assets/${basename(cssBundle)}`)
    .replace("%SCRIPT%", `assets/${basename(script)}`);
await writeFile("dist/index.html", html);

const atOnce = ["dist/index.html", script, cssBundle, ...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path)];
const sizes = await Promise.all(atOnce.map(async (path) => gzipSync(await readFile(path), { level: 9 }).length));
const total = sizes.reduce((sum, size) => sum + size, 0);
console.log(`console: first load ${(total / 1024).toFixed(1)} KB gz`);
if (total > BUDGET_BYTES) {
    console.error(`console: more than ${BUDGET_BYTES / 1024} KB gz`);
    process.exit(1);
}
