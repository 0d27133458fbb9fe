import type { CloudEvent } from "./event.js";
import { type Position, position } from "./position.js";

/** What the server says of the log of one source, in `tablecast.subscribed.v1` and `tablecast.pong.v1`. */
export interface Log {
  source: string;
  /** subscribed: everything after it will arrive, and what was asked for has arrived. pong: the log's end. */
  at: Position;
  /** Whether all since the position that was asked for has arrived; not said if none was asked for. */
  recovered?: boolean;
  reason?: string;
}

interface Told {
  source: string;
  position: string;
  recovered?: boolean;
  reason?: string;
}

/** A server without a log says nothing of it. */
export function logs(event: CloudEvent): Log[] {
  const told = (event.data as { logs?: Told[] }).logs ?? [];
  return told.flatMap(({ position: text, ...log }) => {
    const at = position(text);
    return at ? [{ ...log, at }] : [];
  });
}
