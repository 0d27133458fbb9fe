import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createStore, type Store } from "../../src/index.js";

/** Keeps the progress of all subscriptions in one file. A process that is killed leaves the old file or the new one. */
export function fileStore(path: string): Store {
  const read = (): Record<string, string> => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
  return createStore({
    load: (name) => read()[name],
    save: (name, progress) => {
      writeFileSync(`${path}.new`, JSON.stringify({ ...read(), [name]: progress }));
      renameSync(`${path}.new`, path);
    },
  });
}
