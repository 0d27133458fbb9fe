// Names of sources: docs/reference/protocol.md. `tablecast/orders/acme` is the channel `orders/acme`, which has a log.
// `tablecast/orders/*` is a pattern that is wider than the channels: no event has this source.
import { matches } from "./subject.js";

const PREFIX = "tablecast/";

/** Returns whether the name is that of a pattern without a log. */
export function isWide(source: string): boolean {
  return source.endsWith("*");
}

/** Returns whether one channel has every event of the pattern, or the pattern is the one without a log. */
export function isWithin(pattern: string, source: string): boolean {
  const path = decode(source);
  return pattern === path || (!isWide(source) && pattern.startsWith(`${path}/`));
}

/** Returns whether the source has events of the pattern. Any name of another form may be one. */
export function canHave(pattern: string, source: string): boolean {
  const path = decode(source);
  return path === undefined || isWithin(pattern, source) || (!isWide(source) && matches(pattern, path));
}

function decode(source: string): string | undefined {
  if (!source.startsWith(PREFIX)) return undefined;
  try {
    return source.slice(PREFIX.length).split("/").map(decodeURIComponent).join("/");
  } catch {
    return undefined;
  }
}
