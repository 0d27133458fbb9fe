// Reads schemas/. The file `order.placed.v1.json` is the schema of the event type `order.placed.v1`.
import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = new URL("../../../schemas/", import.meta.url);

/** Reads the schemas of a folder: those of this repository, if no path is given. */
export function schemas(path) {
  const base = path ? pathToFileURL(`${path}/`) : folder;
  const files = readdirSync(base).filter((file) => file.endsWith(".json")).sort();
  return files.map((file) => ({
    type: file.slice(0, -".json".length),
    schema: JSON.parse(readFileSync(new URL(file, base), "utf8")),
  }));
}

/** Returns whether this is a control event, which tablecast sends to the client itself. */
export const isControl = (type) => type.startsWith("tablecast.");
