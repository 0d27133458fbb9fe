import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { Validate } from "../../src/index.js";
// @ts-ignore: a script without types.
import { validators } from "../../../generator/validators.js";

export interface NamedSchema {
  type: string;
  file: string;
  schema: object;
}

const HEAD = "https://tablecast.example/schemas/";

/** Returns a schema as its file has it. */
export function schemaOf(type: string, body: object): NamedSchema {
  const head = { $schema: "https://json-schema.org/draft/2020-12/schema", $id: `${HEAD}${type}.json` };
  return { type, file: `${type}.json`, schema: { ...head, ...body } };
}

/** Creates a folder that the test deletes. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tablecast-schemas-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Generates the validators of these schemas. Returns why data does not match its schema. */
export async function buildValidators(
  schemas: NamedSchema[],
  context: TestContext,
): Promise<(type: string, data: unknown) => string | undefined> {
  const file = join(temporaryFolder(context), "validators.mjs");
  writeFileSync(file, validators(schemas, schemas));
  const { validate } = (await import(pathToFileURL(file).href)) as { validate: Validate };
  return (type, data) => validate({ specversion: "1.0", id: "1", source: "test", type, data });
}
