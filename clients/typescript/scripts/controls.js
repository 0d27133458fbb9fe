// Generates src/generated/controls.ts from the schemas of tablecast's own events. `--check` fails if it is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { isControl, readSchemas } from "../generator/schema-folder.js";
import { declarations, typeMap } from "../generator/typescript.js";

process.chdir(new URL("..", import.meta.url).pathname);

const target = "src/generated/controls.ts";
const heading = "// Generated from schemas/ by `npm run generate`. Do not edit.\n";
const types = readSchemas("../../schemas").filter(({ type }) => isControl(type));
const map = typeMap("Controls", "The `data` of each control event type.", types);
const current = [heading, ...declarations(types), map].join("\n");

if (!process.argv.includes("--check")) {
  writeFileSync(target, current);
} else if (readFileSync(target, "utf8") !== current) {
  console.error(`${target}: out of date with schemas/. Run \`npm run generate\`, and commit the file.`);
  process.exitCode = 1;
}
