// What a page loads: bundled, minified, gzip. `--check` fails when README.md tells other numbers.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const entries = {
  "the client": 'export { connect, webStore } from "./dist/index.js"',
  "the client and the validators": 'export { connect, webStore } from "./dist/index.js"; export { validate } from "./dist/validators.js"',
};

async function size(contents) {
  const root = new URL("..", import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root }, bundle: true, format: "esm", minify: true, write: false,
  });
  const { length } = gzipSync(outputFiles[0].contents, { level: 9 });
  return `${(length / 1000).toFixed(1)} kB`;
}

const rows = await Promise.all(Object.entries(entries).map(async ([name, entry]) => `| ${name} | ${await size(entry)} |`));
console.log(rows.join("\n"));
if (process.argv.includes("--check")) {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  if (!rows.every((row) => readme.includes(row))) {
    console.error("README.md tells other sizes: correct it");
    process.exitCode = 1;
  }
}
