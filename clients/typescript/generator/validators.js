// Compiles schemas to a module with the function `validate`, which imports nothing and needs no `eval`. It gives the same
// verdict as the server: tests/agreement/README.md.
import { _ } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { addFormats, formatsCode } from "./formats.js";
import { replaceMultipleOf } from "./multiple-of.js";
import { mapAll, Problem } from "./problem.js";
import { withoutImports } from "./runtime.js";

/** Properties that every object inherits, such as `constructor`, are no properties of the data. */
const options = { strict: false, inlineRefs: false, ownProperties: true };

/** The types of the module. They fit the option `validate` of the client, and name no other module. */
export const VALIDATORS_TYPES = `/** Returns why \`data\` does not match the schema of \`type\`, or undefined if it does or no schema has this type. */
export declare function validate(event: { type: string; data?: unknown }): string | undefined;
`;

/** Returns the code for these event types. A \`$ref\` can lead to all schemas of the folder. */
export function validators(types, schemas) {
  const ajv = new Ajv2020({ ...options, code: { source: true, esm: true, lines: true, formats: _`formats` } });
  // Without this, Ajv tracks evaluated properties everywhere, in code that can throw. `check` refuses the keywords that
  // need it in the schemas of events.
  ajv.opts.unevaluated = JSON.stringify(schemas).includes('"unevaluated');
  addFormats(ajv);
  replaceMultipleOf(ajv);
  mapAll(schemas, (one) => compiled(one, () => ajv.addSchema(one.schema)));
  mapAll(schemas, (one) => compiled(one, () => ajv.getSchema(one.schema.$id)));
  return moduleOf(types, standalone.default(ajv, Object.fromEntries(types.map(({ type, schema }) => [name(type), schema.$id]))));
}

/** Returns a name for each event type. Types have lower-case letters, digits, dots and hyphens. */
const name = (type) => type.replaceAll(".", "_").replaceAll("-", "$");

function compiled({ file, type }, call) {
  try {
    return call();
  } catch (error) {
    throw new Problem(`${file ?? type}: ${error.message.replaceAll("data/", "/")}. Run \`tablecast check\` for details`);
  }
}

function moduleOf(types, code) {
  const table = types.map(({ type }) => `${JSON.stringify(type)}: ${name(type)}`).join(",\n  ");
  const formats = code.includes("formats.") || code.includes("formats[") ? `${formatsCode}\n` : "";
  return `${formats}${withoutUnused(withoutImports(code)).replaceAll(/^export const ([\w$]+) =/gm, "const $1 =")}
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

/** Removes the copies of schemas that no validator reads, and the comments with the addresses of the schemas. */
function withoutUnused(code) {
  const isUsed = (name) => code.indexOf(name, code.indexOf(name) + name.length) >= 0;
  const schemaName = (line) => /^const (schema\d+) = /.exec(line)?.[1];
  const isNeeded = (line) => (schemaName(line) ? isUsed(schemaName(line)) : !/^\/\*# sourceURL=.*\*\/;$/.test(line));
  return code.split("\n").filter(isNeeded).join("\n");
}
