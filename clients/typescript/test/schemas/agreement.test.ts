// The client gives the verdicts of the server: tests/agreement/README.md.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project } from "../local/local-mode.js";
import { buildValidators, schemaOf } from "./folder.js";

interface Row {
  schema: object;
  valid?: unknown[];
  invalid?: unknown[];
  /** `tablecast check` refuses the schema, so no client gets it. */
  refused?: string;
}

const folders = [join(project, "tests/agreement"), process.env["TABLECAST_AGREEMENT"] ?? []].flat();

const rows = folders.flatMap((folder) => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const table: Row[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
    return table.map((row, index) => ({ ...row, name: `${file} row ${index + 1}` }));
  });
});

test("the client gives the verdicts of the shared tables", async (context) => {
  const tried = rows.filter(({ refused }) => refused === undefined);
  assert.ok(tried.length > 250, `${tried.length} rows`);
  const typeOf = (index: number) => `row-${index}.tried.v1`;
  const check = await buildValidators(tried.map(({ schema }, index) => schemaOf(typeOf(index), schema)), context);
  const wrong = tried.flatMap(({ name, schema, valid = [], invalid = [] }, index) => {
    const verdicts = [...valid.map((value) => [value, true]), ...invalid.map((value) => [value, false])];
    const mismatches = verdicts.filter(([value, isValid]) => (check(typeOf(index), value) === undefined) !== isValid);
    return mismatches.map(([value, isValid]) => `${name}: ${JSON.stringify({ schema, value, isValid })}`);
  });
  assert.deepEqual(wrong, []);
});
