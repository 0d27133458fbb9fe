import type { Gap } from "../events.js";
import type { CloudEvent } from "../protocol/event.js";
import type { Positions } from "../protocol/position.js";

/** The place of an event that a newer one of its subject replaced, because the application was busy. It counts as handled
 * with the newer one. */
export interface Replaced {
  source: string;
  position?: string | undefined;
}

/** An item that a subscription receives, in order. Only events, gaps, errors and, on request, late events reach the
 * application. */
export type Delivery =
  | { kind: "event"; event: CloudEvent; replaced?: Replaced[] }
  | { kind: "gap"; gap: Gap }
  | { kind: "error"; error: Error }
  /** The event is older than one of its subject that was sent before. It is no news. */
  | { kind: "late"; event: CloudEvent; replaced?: Replaced[] }
  /** The subscription starts at these positions. */
  | { kind: "start"; positions: Positions }
  /** Every matching event up to these positions was delivered. */
  | { kind: "advance"; positions: Positions }
  /** The subscription has these sources. The positions of others have no use any more. */
  | { kind: "sources"; sources: ReadonlySet<string> }
  /** Items of a collection changed, or its status. A snapshot replaced all of them, if `replaced`. */
  | { kind: "changed"; subjects: string[]; replaced: boolean };
