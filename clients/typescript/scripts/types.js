// Generates src/generated/events.ts from schemas/. `--check` fails if the file is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";
import { isControl, schemas } from "./schemas.js";

const target = new URL("../src/generated/events.ts", import.meta.url);
const heading = "// Generated from schemas/ by `npm run generate`. Do not edit.\n";
// Clients ignore unknown members, so no type has an index signature.
const style = { bannerComment: "", additionalProperties: false, ignoreMinAndMaxItems: true };

/** `order.status-changed.v1` → `OrderStatusChangedV1` */
function name(type) {
  return type.split(/[.-]/).map((word) => word[0].toUpperCase() + word.slice(1)).join("");
}

/** Leaves out `title`, which would replace the name. Two schemas may have the same title. */
function declaration({ type, schema: { $schema, $id, title, examples, ...schema } }) {
  return compile(schema, name(type), style);
}

function map(title, description, all) {
  const lines = all.map(({ type }) => `  "${type}": ${name(type)};`);
  return `/** ${description} */\nexport interface ${title} {\n${lines.join("\n")}\n}\n`;
}

async function generate() {
  const all = schemas();
  const declarations = await Promise.all(all.map(declaration));
  const events = all.filter(({ type }) => !isControl(type));
  const controls = all.filter(({ type }) => isControl(type));
  const maps = [
    map("Events", "The `data` of each event type.", events),
    map("Controls", "The `data` of each control event type.", controls),
  ];
  return [heading, ...declarations, ...maps].join("\n").replace(/\n{3,}/g, "\n\n");
}

const current = await generate();
if (!process.argv.includes("--check")) {
  writeFileSync(target, current);
} else if (readFileSync(target, "utf8") !== current) {
  console.error("src/generated/events.ts: out of date with schemas/. Run `npm run generate`, and commit the file.");
  process.exitCode = 1;
}
