// Answers schemas and values with the validators that `tablecast-client generate` writes, as `tablecast-peers schemas` does.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { validators } = await import(pathToFileURL(join(process.argv[2], "generator/validators.js")).href);
const folder = mkdtempSync(join(tmpdir(), "tablecast-peers-"));
const type = "row.tried.v1";

async function answer({ schema, values }, index) {
  const schemas = [{ type, file: `${type}.json`, schema }];
  const file = join(folder, `validators-${index}.mjs`);
  try {
    writeFileSync(file, validators(schemas, schemas));
    const { validate } = await import(pathToFileURL(file).href);
    return { valid: values.map((value) => validate({ type, data: JSON.parse(value) }) === undefined) };
  } catch (error) {
    return { refused: `${error.message}` };
  }
}

let index = 0;
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line), index++)));
}
rmSync(folder, { recursive: true });
