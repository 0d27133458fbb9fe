/** Number of ids, of offsets and of subjects that a subscription remembers. */
export const MAX_REMEMBERED = 20_000;

/** Removes the oldest entry if there are too many. Returns it. */
export function removeOldest<Entry>(entries: Set<Entry> | Map<Entry, unknown>): Entry | undefined {
  const [oldest] = entries.keys();
  if (entries.size <= MAX_REMEMBERED || oldest === undefined) return undefined;
  entries.delete(oldest);
  return oldest;
}
