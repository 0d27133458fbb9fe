import type { CloudEvent } from "./event.js";
import { type Position, position } from "./position.js";

/** `tablecast.resumed.v1`: whether what was missed of a source is told now. */
export interface Resumption {
  recovered: boolean;
  /** Up to where it is told in order, before anything else. */
  position?: string;
  reason?: string;
}

/** By source. A server without a log says nothing of any. */
type BySource<Value> = { sources?: Record<string, Value> };

export function resumptions(event: CloudEvent): Map<string, Resumption> {
  return new Map(Object.entries((event.data as BySource<Resumption>).sources ?? {}));
}

/** `tablecast.subscribed.v1`: after which everything arrives; what was to be told again has been.
 * `tablecast.pong.v1`: where the logs end. */
export function positions(event: CloudEvent): Map<string, Position> {
  const told = Object.entries((event.data as BySource<string>).sources ?? {});
  return new Map(
    told.flatMap(([source, text]) => {
      const at = position(text);
      return at ? [[source, at]] : [];
    }),
  );
}
