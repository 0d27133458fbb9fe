/** Whether `orders/acme/1001` is of `orders/acme/*`: a star at the end stands for one or more segments. */
export function matches(pattern: string, subject: string): boolean {
  return pattern.endsWith("*") ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}

/** Whether something may be of both: of two patterns then one contains the other. */
export function overlap(one: string, other: string): boolean {
  return matches(one, other) || matches(other, one);
}
