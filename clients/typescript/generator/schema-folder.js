// Reads a folder of event schemas. The file `order.placed.v1.json` is the schema of the event type `order.placed.v1`.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { formatNames } from "./formats.js";
import { parseJson } from "./json.js";
import { mapAll, Problem } from "./problem.js";
import { References } from "./references.js";
import { subschemas } from "./subschemas.js";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
/** As in crates/protocol/src/event_type.rs. */
const EVENT_TYPE = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*\.v[1-9][0-9]*$/;

/** Returns whether this is a control event, which tablecast sends to the client itself. */
export const isControl = (type) => type.startsWith("tablecast.");

/** Reads the schemas of a folder, in the order of their types. */
export function readSchemas(folder) {
  const files = fileNames(folder);
  if (files.length === 0) throw new Problem(`${folder}: no event schema. Expected files such as order.placed.v1.json`);
  const schemas = mapAll(files, (name) => readSchema(join(folder, name), name.slice(0, -".json".length)));
  new References(schemas).check();
  return schemas;
}

function fileNames(folder) {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    const reason = { ENOENT: "no such folder", ENOTDIR: "not a folder" }[error.code] ?? error.message;
    throw new Problem(`${folder}: ${reason}. Give --schemas the folder of the event schemas`);
  }
}

function readSchema(file, type) {
  const fail = (reason) => {
    throw new Problem(`${file}:${reason}`);
  };
  const schema = parsed(readFileSync(file, "utf8"), fail);
  const form = "lower-case words with a major version, such as order.placed.v1.json";
  if (!EVENT_TYPE.test(type)) fail(` the file name must be the event type: ${form}`);
  if (schema?.$schema !== DIALECT) fail(` $schema must be ${DIALECT}`);
  if (!isId(schema.$id, type)) fail(` $id must be a URL that ends in /${type}.json`);
  for (const { schema: { format }, pointer } of subschemas(schema)) {
    if (typeof format !== "string" || formatNames.includes(format)) continue;
    fail(` ${pointer}/format: unknown format "${format}". Use one of ${formatNames.join(", ")}`);
  }
  return { type, file, schema };
}

function parsed(text, fail) {
  try {
    return parseJson(text);
  } catch (error) {
    return fail(error.message);
  }
}

const isId = (id, type) => typeof id === "string" && URL.canParse(id) && id.endsWith(`/${type}.json`);
