// Prints the sizes of the bundles: minified, gzip. `--check` fails if README.md has other sizes, or if the client is larger
// than its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { generate } from "../generator/generate.js";

process.chdir(new URL("..", import.meta.url).pathname);

/** Bytes of the client without validators: docs/adr/0035-the-size-of-the-client.md. */
const BUDGET = 11_700;

const client = 'export { createClient } from "./dist/index.js"';
const entries = {
  "The client": client,
  "The client and a store": `${client}; export { webStore } from "./dist/index.js"`,
  "The client and collections": `${client}; export { collection } from "./dist/index.js"`,
  "The client and the hooks for React": `${client}; export { createHooks } from "./dist/react/index.js"`,
  "The client, the hooks and collections": `${client}; export { createHooks, createCollectionHook } from "./dist/react/index.js"`,
  "The client and the validators": `${client}; export { validate } from "generated"`,
};

/** Loads the validators of this repository's schemas. */
const generated = {
  name: "generated",
  setup(bundler) {
    bundler.onResolve({ filter: /^generated$/ }, ({ path }) => ({ path, namespace: "generated" }));
    const contents = () => generate("../../schemas").files["validators.js"];
    bundler.onLoad({ filter: /.*/, namespace: "generated" }, () => ({ contents: contents() }));
  },
};

/** Returns the number of bytes. */
async function size(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: "." }, bundle: true, format: "esm", minify: true, write: false,
    external: ["react", "react/jsx-runtime", "ws"], plugins: [generated],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const sizes = await Promise.all(Object.values(entries).map(size));
const rows = Object.keys(entries).map((name, index) => `| ${name} | ${(sizes[index] / 1000).toFixed(1)} kB |`);
console.log(rows.join("\n"));
if (process.argv.includes("--check")) {
  const readme = readFileSync("README.md", "utf8");
  const problems = [
    ...(rows.every((row) => readme.includes(row)) ? [] : ["README.md: the bundle sizes are out of date. Replace them by the rows above."]),
    ...(sizes[0] <= BUDGET ? [] : [`scripts/size.js: the client has ${sizes[0]} bytes, and its budget is ${BUDGET}. Make it smaller.`]),
  ];
  if (problems.length > 0) console.error(problems.join("\n"));
  process.exitCode = problems.length > 0 ? 1 : 0;
}
