import type { Collection } from "../../src/index.js";
import { print } from "./program.js";

/** Prints the lines of a collection. */
export function printChanges(name: string, collection: Collection<unknown>): void {
  let wasStale = false;
  collection.on("change", ({ subjects, replaced }) => {
    const isStale = collection.status === "stale";
    if (replaced) void print({ collection: name, ...all(collection) });
    else for (const subject of subjects) void print({ collection: name, ...lineOf(collection, subject) });
    if (isStale && !wasStale) void print({ collection: name, stale: true });
    wasStale = isStale;
  });
}

function all({ items, missing, unnamed }: Collection<unknown>): object {
  return { items: Object.fromEntries(items), missing: Object.fromEntries(missing), unnamed };
}

function lineOf({ items, missing }: Collection<unknown>, subject: string): object {
  if (items.has(subject)) return { set: subject, data: items.get(subject) };
  return missing.has(subject) ? { missing: subject, reason: missing.get(subject) } : { removed: subject };
}
