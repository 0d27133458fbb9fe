// Compiles schemas/ to <folder>/validators.js, which has no dependencies.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import formats from "ajv-formats";
import { build } from "esbuild";
import { schemas } from "./schemas.js";

const [folder] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));

const ajv = new Ajv2020({ code: { source: true, esm: true }, strict: false, inlineRefs: false });
formats.default(ajv);
const all = schemas();
for (const { schema } of all) ajv.addSchema(schema);
const checks = standalone.default(ajv, Object.fromEntries(all.map(({ type, schema }) => [name(type), schema.$id])));

function name(type) {
  return type.replaceAll(/[.-]/g, "_");
}

const table = all.map(({ type }) => `${JSON.stringify(type)}: ${name(type)}`).join(",\n  ");
const validate = `${checks}
const checks = {
  ${table}
};

export function validate(event) {
  const check = Object.hasOwn(checks, event.type) ? checks[event.type] : undefined;
  if (!check || check(event.data)) return undefined;
  return check.errors.map((error) => \`data\${error.instancePath} \${error.message}\`).join("; ");
}
`.replaceAll(/^export const (\w+) =/gm, "const $1 =");

await build({
  stdin: { contents: validate, resolveDir: here },
  outfile: `${folder}/validators.js`,
  bundle: true,
  format: "esm",
  minifySyntax: true,
  logLevel: "error",
});
writeFileSync(`${folder}/validators.d.ts`, 'export declare const validate: import("./protocol/event.js").Validate;\n');
