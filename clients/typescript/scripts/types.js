// Generates src/generated/events.ts from schemas/. `--check` fails if the file is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { isControl, schemas } from "./schemas.js";
import { declarations, pascalCase } from "./typescript.js";

const target = new URL("../src/generated/events.ts", import.meta.url);
const heading = "// Generated from schemas/ by `npm run generate`. Do not edit.\n";

function map(title, description, all) {
  const lines = all.map(({ type }) => `  "${type}": ${pascalCase(type)};`);
  return `/** ${description} */\nexport interface ${title} {\n${lines.join("\n")}\n}\n`;
}

function generate() {
  const all = schemas();
  const maps = [
    map("Events", "The `data` of each event type.", all.filter(({ type }) => !isControl(type))),
    map("Controls", "The `data` of each control event type.", all.filter(({ type }) => isControl(type))),
  ];
  return [heading, ...declarations(all), ...maps].join("\n");
}

const current = generate();
if (!process.argv.includes("--check")) {
  writeFileSync(target, current);
} else if (readFileSync(target, "utf8") !== current) {
  console.error("src/generated/events.ts: out of date with schemas/. Run `npm run generate`, and commit the file.");
  process.exitCode = 1;
}
