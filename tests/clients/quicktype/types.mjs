// Generates the types of a schema: types.mjs <language> <schema> <name> <folder>. `npx quicktype` runs the same generator.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputData, JSONSchemaInput, quicktypeMultiFile } from "quicktype-core";

const [lang, schema, name, folder] = process.argv.slice(2);
const noStore = { get: () => Promise.reject(new Error("a schema must not load another one")) };
const input = new JSONSchemaInput(noStore);
await input.addSource({ name, schema: readFileSync(schema, "utf8") });
const inputData = new InputData();
inputData.addInput(input);
// Converters of Java need Jackson, which the tests do not install.
const rendererOptions = { "just-types": "true", package: "orders", namespace: "Orders" };
const files = await quicktypeMultiFile({ inputData, lang, rendererOptions });
for (const [file, { lines }] of files) {
  const path = join(folder, file === "stdout" ? name : file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join("\n"));
}
