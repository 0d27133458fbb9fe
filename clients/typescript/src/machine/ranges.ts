/** Offsets as text, `3-5,9`: of those without holes little is stored. */
export function rangesText(offsets: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const offset of [...offsets].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && offset === last[1] + 1) last[1] = offset;
    else ranges.push([offset, offset]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join();
}

/** Not more than `most` of them, whatever the text says. */
export function* ranges(text: string, most: number): Generator<number> {
  let count = 0;
  for (const [, from, to] of text.matchAll(/(\d+)(?:-(\d+))?/g)) {
    for (let offset = Number(from); offset <= Number(to ?? from) && count < most; offset++, count++) yield offset;
  }
}
