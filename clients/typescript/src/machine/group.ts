import { type Position, positionText } from "../protocol/position.js";
import type { Interest } from "./interest.js";

/** The interest with all that share events with it, or with one that does. */
export function group(interest: Interest, among: Interest[]): Interest[] {
  const found = [interest];
  for (const one of found) found.push(...among.filter((other) => !found.includes(other) && other.overlaps(one)));
  return found;
}

/** By source, the least far of all: who is further knows what comes again. */
export function after(interests: Interest[]): Record<string, string> | undefined {
  const least = new Map<string, Position>();
  for (const [source, end] of interests.flatMap((interest) => interest.progress.ends)) {
    const known = least.get(source);
    if (!known || (known.epoch === end.epoch && end.offset < known.offset)) least.set(source, end);
  }
  const texts = [...least].map(([source, end]) => [source, positionText(end)]);
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}

/** All that one of them wants; nothing means every type. */
export function types(interests: Interest[]): string[] | undefined {
  const all = interests.map((interest) => interest.types);
  const union = [...new Set(all.flatMap((types) => types ?? []))];
  return all.includes(undefined) || union.length > MOST_TYPES ? undefined : union;
}

/** docs/protocol.md: of one subscription. */
const MOST_TYPES = 20;
