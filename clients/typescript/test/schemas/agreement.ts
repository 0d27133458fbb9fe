// The shared tables: tests/agreement/README.md.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { project } from "../local/local-mode.js";

export interface Row {
  name: string;
  schema: object;
  valid: unknown[];
  invalid: unknown[];
}

interface WrittenRow extends Partial<Row> {
  /** `tablecast check` refuses the schema, so no client gets it. */
  refused?: string;
}

const folders = [join(project, "tests/agreement"), process.env["TABLECAST_AGREEMENT"] ?? []].flat();

/** The rows with schemas that clients get. */
export const rows: Row[] = folders.flatMap((folder) => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const table: WrittenRow[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const named = table.map((row, index) => ({ schema: {}, valid: [], invalid: [], ...row, name: `${file} row ${index + 1}` }));
    return named.filter(({ refused }) => refused === undefined);
  });
});

/** Returns the event type of a row. */
export const typeOf = (index: number) => `row-${index}.tried.v1`;
