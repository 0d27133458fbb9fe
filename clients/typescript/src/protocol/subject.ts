/** Returns whether a subject matches a pattern. A `*` at the end of `orders/acme/*` matches one or more segments. */
export function matches(pattern: string, subject: string): boolean {
  return pattern.endsWith("*") ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}

/** Returns whether one subject can match both patterns. Then one of the patterns contains the other. */
export function overlap(one: string, other: string): boolean {
  return matches(one, other) || matches(other, one);
}
