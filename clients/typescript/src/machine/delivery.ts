import type { CloudEvent } from "../protocol/event.js";
import type { Position } from "../protocol/position.js";

/** An item that a subscription receives, in order. Only events and errors reach the application. */
export type Delivery =
  | { kind: "event"; event: CloudEvent }
  | { kind: "error"; error: Error }
  /** The subscription starts at this position of the source. */
  | { kind: "start"; source: string; position: Position }
  /** Every matching event up to this position was delivered. */
  | { kind: "advance"; source: string; position: Position };
