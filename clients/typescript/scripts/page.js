// Bundles the client for the page of the local mode, which is compiled without Node. `--check` fails if the bundle is out of
// date with the sources.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const folder = new URL("..", import.meta.url).pathname;
process.chdir(folder);

const target = "../../crates/local/page/tablecast-client.js";
const heading = "// Generated from clients/typescript by `npm run page`. Do not edit.";
const entry = 'export { createClient } from "./client.js"; export { collection } from "./collection.js"; export { Refused } from "./errors.js";';

const { outputFiles } = await build({
  absWorkingDir: folder, stdin: { contents: entry, resolveDir: `${folder}src`, sourcefile: "page.ts", loader: "ts" },
  bundle: true, format: "esm", target: "es2022", legalComments: "none", banner: { js: heading }, write: false,
  logLevel: "warning",
});
const [{ text: current }] = outputFiles;

if (!process.argv.includes("--check")) {
  writeFileSync(target, current);
} else if (readFileSync(target, "utf8") !== current) {
  console.error(`${target}: out of date with clients/typescript/src. Run \`npm run page\`, and commit the file.`);
  process.exitCode = 1;
}
