import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Store } from "../../src/index.js";

/** Keeps the progress of all subscriptions in one file. */
export function fileStore(path: string): Store {
  const read = (): Record<string, string> => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
  return {
    load: (name) => read()[name],
    save: (name, progress) => writeFileSync(path, JSON.stringify({ ...read(), [name]: progress })),
  };
}
