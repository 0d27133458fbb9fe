import type { Controls } from "../generated/controls.js";

/** A CloudEvent 1.0 in JSON. Every frame from the server contains one or more. */
export interface CloudEvent<Type extends string = string, Data = unknown> {
  specversion: "1.0";
  /** Stays the same when the event arrives again, on any channel. */
  id: string;
  source: string;
  type: Type;
  /** For example `orders/acme/1001`. */
  subject?: string;
  /** RFC 3339. */
  time?: string;
  dataschema?: string;
  /** Orders the changes of one item. Compare as text. */
  sequence?: string;
  /** The event's position in the log of its source: `<epoch>-<offset>`. */
  position?: string;
  /** True if the event is older than one of its subject that was sent before, as after a repair. */
  late?: boolean;
  /** The trace in which the item was changed, as W3C Trace Context writes it. */
  traceparent?: string;
  /** Present in the state of an item that a client requested: the id of its message. */
  snapshot?: string;
  /** Grows with each change of the item, if the pipe has a `version`. Compare as text. */
  version?: string;
  data: Data;
}

/** Replaces an event over 128 KB. Fetch the item that its `data.subject` names. */
export type TooLarge = CloudEvent<typeof TOO_LARGE, Controls[typeof TOO_LARGE]>;

/** Returns why `event.data` does not match its schema, or `undefined` when it does or the type is unknown. */
export type Validate = (event: CloudEvent) => string | undefined;

export const TOO_LARGE = "tablecast.event-too-large.v1";
