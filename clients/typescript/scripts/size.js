// Prints the sizes of the bundles: minified, gzip. `--check` fails if README.md has other sizes.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const entries = {
  "The client": 'export { connect, webStore } from "./dist/index.js"',
  "The client and the validators":
    'export { connect, webStore } from "./dist/index.js"; export { validate } from "./dist/validators.js"',
};

async function size(contents) {
  const root = new URL("..", import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root }, bundle: true, format: "esm", minify: true, write: false,
  });
  const { length } = gzipSync(outputFiles[0].contents, { level: 9 });
  return `${(length / 1000).toFixed(1)} kB`;
}

const row = async ([name, entry]) => `| ${name} | ${await size(entry)} |`;
const rows = await Promise.all(Object.entries(entries).map(row));
console.log(rows.join("\n"));
if (process.argv.includes("--check")) {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  if (!rows.every((row) => readme.includes(row))) {
    console.error("README.md: the bundle sizes are out of date. Replace them by the rows above.");
    process.exitCode = 1;
  }
}
