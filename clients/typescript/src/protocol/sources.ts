import type { Controls } from "../generated/events.js";
import { parsePosition, type Positions } from "./position.js";

type Resumed = Controls["tablecast.resumed.v1"];

/** For one source: whether the server replays every event after the client's position. */
export type ResumeResult = Resumed["sources"][string];

/** One result for each source. */
export type ResumeResults = ReadonlyMap<string, ResumeResult>;

/** Reads `sources` of `tablecast.resumed.v1`. */
export function resumeResults({ sources }: Resumed): ResumeResults {
  return new Map(Object.entries(sources));
}

/** Reads `sources` of `tablecast.subscribed.v1` and `tablecast.pong.v1`. A server without logs sends none. */
export function logPositions({ sources }: { sources?: Record<string, string> }): Positions {
  return new Map(
    Object.entries(sources ?? {}).flatMap(([source, text]) => {
      const position = parsePosition(text);
      return position ? [[source, position]] : [];
    }),
  );
}
