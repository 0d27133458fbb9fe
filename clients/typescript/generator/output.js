import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.js";

/** Writes the files that have changed. */
export function write(folder, files) {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of changed(folder, files)) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new Problem(`${folder}: cannot write: ${error.message}. Give --out a folder that you can write to`);
  }
}

/** Throws an error if a file is missing or has another text. */
export function check(folder, files) {
  const names = changed(folder, files).map(([name]) => join(folder, name));
  if (names.length === 0) return;
  throw new Problem(`${names.join(", ")}: out of date with the schemas. Run the command without --check, and commit the files`);
}

function changed(folder, files) {
  return Object.entries(files).filter(([name, text]) => current(join(folder, name)) !== text);
}

/** A checkout on Windows can have other line ends. */
function current(file) {
  try {
    return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}
