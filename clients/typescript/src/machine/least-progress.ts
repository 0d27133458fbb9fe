import { comparePositions } from "../protocol/position.js";
import { Progress } from "./progress.js";
import { SourceProgress } from "./source-progress.js";

/** Returns the events that all of them have delivered. Leaves out a source that one of them does not have. A subscription
 * that resumes without it reports that events may be missing. */
export function leastProgress(all: Progress[]): Progress {
  const [first = new Progress(), ...others] = all.filter((progress) => !progress.isEmpty);
  const least = new Progress();
  for (const [name, source] of first.sources) {
    const rest = others.map(({ sources }) => sources.get(name));
    if (rest.every((other) => other !== undefined)) least.sources.set(name, rest.reduce(leastOfTwo, source));
  }
  return least;
}

function leastOfTwo(one: SourceProgress, other: SourceProgress): SourceProgress {
  if (one.epoch !== other.epoch) return comparePositions(one.last, other.last) < 0 ? one : other;
  const least = new SourceProgress({ epoch: one.epoch, offset: Math.min(one.floor, other.floor) });
  const offsets = [...one.seen, ...other.seen].filter((offset) => one.has(offset) && other.has(offset));
  for (const offset of offsets.sort((one, next) => one - next)) least.add(offset);
  return least;
}
