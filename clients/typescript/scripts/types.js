// Writes the types of all events from schemas/; `--check` only says whether they are current.
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";
import { isControl, schemas } from "./schemas.js";

const target = new URL("../src/generated/events.ts", import.meta.url);
const heading = "// Generated from schemas/ by `npm run generate`: change those.\n";
// Readers ignore what they do not know, so it is in no type.
const style = { bannerComment: "", additionalProperties: false, ignoreMinAndMaxItems: true };

/** `order.status-changed.v1` → `OrderStatusChangedV1` */
function name(type) {
  return type.split(/[.-]/).map((word) => word[0].toUpperCase() + word.slice(1)).join("");
}

/** Its title would be its name: two schemas may have one title. */
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
    map("Events", "The `data` of each type of event.", events),
    map("Controls", "The `data` of what tablecast itself says.", controls),
  ];
  return [heading, ...declarations, ...maps].join("\n").replace(/\n{3,}/g, "\n\n");
}

const current = await generate();
if (!process.argv.includes("--check")) {
  writeFileSync(target, current);
} else if (readFileSync(target, "utf8") !== current) {
  console.error("src/generated/events.ts is not what schemas/ say: run `npm run generate` and commit it");
  process.exitCode = 1;
}
