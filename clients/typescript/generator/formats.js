// The formats that server and clients check. The file describes each by a pattern and sometimes by a maximum length.
import described from "../../../crates/pipeline/src/schema/formats.json" with { type: "json" };

const formats = Object.entries(described);

export const formatNames = Object.keys(described);

/** Code that defines the formats with a maximum length. Ajv writes the others into the validators by itself. */
export const formatsCode = `const formats = {${formats
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
