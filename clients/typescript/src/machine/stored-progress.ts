import type { StoredProgress } from "./source-progress.js";

/** Reads the progress of each source from the text of a store or bookmark. Any other text has none. */
export function parseStored(text: string): Record<string, StoredProgress> {
  try {
    const sources: Record<string, StoredProgress> = JSON.parse(text) ?? {};
    return Object.values(sources).every(isStored) ? sources : {};
  } catch {
    return {};
  }
}

function isStored(progress: StoredProgress | null): boolean {
  const { epoch, floor, seen } = progress ?? {};
  return typeof epoch === "string" && Number.isSafeInteger(floor) && typeof seen === "string";
}
