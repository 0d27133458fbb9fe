// The formats that server and clients check: crates/pipeline/src/schema/formats.json describes each by a pattern and
// sometimes by a maximum length.
import { readFileSync } from "node:fs";

const file = new URL("../../../crates/pipeline/src/schema/formats.json", import.meta.url);
const formats = Object.entries(JSON.parse(readFileSync(file, "utf8")));

/** Code that defines the formats with a maximum length. Ajv writes the others into the validators by itself. */
export const code = `const formats = {${formats
  .filter(([, { maxLength }]) => maxLength !== undefined)
  .map(([name, { pattern, maxLength }]) => {
    const check = `(text) => text.length <= ${maxLength} && ${new RegExp(pattern, "u")}.test(text)`;
    return `${JSON.stringify(name)}: ${check}`;
  })
  .join(", ")}};`;

export function addFormats(ajv) {
  for (const [name, { pattern, maxLength }] of formats) {
    ajv.addFormat(name, maxLength === undefined ? new RegExp(pattern, "u") : () => true);
  }
}
