/** Formats offsets as ranges, such as `3-5,9`. Consecutive offsets need little space. */
export function formatRanges(offsets: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const offset of [...offsets].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && offset === last[1] + 1) last[1] = offset;
    else ranges.push([offset, offset]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join();
}

/** Parses ranges. Yields at most `max` offsets, so that a broken text cannot fill the memory. */
export function* parseRanges(text: string, max: number): Generator<number> {
  let count = 0;
  for (const [, from, to] of text.matchAll(/(\d+)(?:-(\d+))?/g)) {
    for (let offset = Number(from); offset <= Number(to ?? from) && count < max; offset++, count++) yield offset;
  }
}
