// Compiles schemas to a module with the function `validate`. It gives the same verdict as the server:
// tests/agreement/README.md.
import { fileURLToPath } from "node:url";
import { _ } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { addFormats, code as formats } from "./formats.js";
import { replaceMultipleOf } from "./multiple-of.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Properties that every object inherits, such as `constructor`, are no properties of the data. */
const options = { strict: false, inlineRefs: false, ownProperties: true };

/** Returns a name for each event type. Types have lower-case letters, digits, dots and hyphens. */
const name = (type) => type.replaceAll(".", "_").replaceAll("-", "$");

export async function writeValidators(all, outfile) {
  const contents = source(all);
  const alias = { "ajv/dist/runtime/equal": `${here}equal.js` };
  const output = { outfile, bundle: true, format: "esm", minifySyntax: true, logLevel: "error" };
  await build({ stdin: { contents, resolveDir: here }, alias, ...output });
}

function source(all) {
  const ajv = new Ajv2020({ ...options, code: { source: true, esm: true, formats: _`formats` } });
  // Without this, Ajv tracks evaluated properties everywhere, in code that can throw. `check` refuses the keywords that
  // need it in the schemas of events.
  ajv.opts.unevaluated = JSON.stringify(all).includes('"unevaluated');
  addFormats(ajv);
  replaceMultipleOf(ajv);
  for (const { schema } of all) ajv.addSchema(schema);
  const checks = standalone.default(ajv, Object.fromEntries(all.map(({ type, schema }) => [name(type), schema.$id])));
  const table = all.map(({ type }) => `${JSON.stringify(type)}: ${name(type)}`).join(",\n  ");
  return `${formats}
${checks.replaceAll(/^export const ([\w$]+) =/gm, "const $1 =")}
const checks = {
  ${table}
};

export function validate(event) {
  const check = Object.hasOwn(checks, event.type) ? checks[event.type] : undefined;
  if (!check || check(event.data)) return undefined;
  return check.errors.map((error) => \`data\${error.instancePath} \${error.message}\`).join("; ");
}
`;
}
