import type { Controls } from "../generated/controls.js";
import { parsePosition, type Position, type Positions } from "./position.js";

type Resumed = Controls["tablecast.resumed.v1"];

/** For one source: whether the server replays every event after the client's position. */
export interface ResumeResult {
  recovered: boolean;
  /** The end of the replay. */
  position: Position | undefined;
  /** Why events may be missing. */
  reason: string | undefined;
}

/** One result for each source. */
export type ResumeResults = ReadonlyMap<string, ResumeResult>;

/** Reads `sources` of `tablecast.resumed.v1`. A reason that version 1 did not have is in `cause`. */
export function resumeResults({ sources }: Resumed): ResumeResults {
  const result = ({ recovered, position, reason, cause }: Resumed["sources"][string]): ResumeResult => {
    return { recovered, position: parsePosition(position), reason: reason ?? cause };
  };
  return new Map(Object.entries(sources).map(([source, resumed]) => [source, result(resumed)]));
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
