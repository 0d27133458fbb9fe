import type { Controls } from "../generated/events.js";
import { type Position, position } from "./position.js";

type Resumed = Controls["tablecast.resumed.v1"];

/** Whether what was missed of a source is told now. */
export type Resumption = Resumed["sources"][string];

export function resumptions({ sources }: Resumed): Map<string, Resumption> {
  return new Map(Object.entries(sources));
}

/** `tablecast.subscribed.v1`: after which everything arrives; what was to be told again has been.
 * `tablecast.pong.v1`: where the logs end. A server may keep none. */
export function positions({ sources }: { sources?: Record<string, string> }): Map<string, Position> {
  return new Map(
    Object.entries(sources ?? {}).flatMap(([source, text]) => {
      const at = position(text);
      return at ? [[source, at]] : [];
    }),
  );
}
