import type { CloudEvent, TooLarge } from "./protocol/event.js";

/** The events of an application without generated types. */
export type UntypedEvents = Record<string, unknown>;

/** The name of an event type. `Events` has the type of the data of each: `tablecast-client generate` writes it. */
export type EventType<Events extends object = UntypedEvents> = keyof Events & string;

/** An event of one of these types. `event.type` narrows `event.data`. */
export type EventOf<Events extends object, Type extends EventType<Events>> = {
  [T in Type]: CloudEvent<string extends T ? DottedName : T, Events[T]>;
}[Type];

/** An event of a type that `Events` does not have, because the server is newer than this build. */
export type NewerEvent = CloudEvent<NewerType>;

/** Every event that a subscription to these types receives. Without types, also an event of a newer type. */
export type Received<Events extends object = UntypedEvents, Type extends EventType<Events> = never> =
  | ([Type] extends [never] ? EventOf<Events, EventType<Events>> | NewerEvent : EventOf<Events, Type>)
  | TooLarge;

/** Events may be missing at this point. Fetch the current state, then continue. */
export interface Gap {
  /** No event has this type, because the types of events contain a dot. */
  type: "gap";
  /** For example `tablecast/orders/acme`, or `tablecast/orders/*` if the subscription is wider than a channel. */
  source: string;
  reason: GapReason;
}

/** Why events may be missing: docs/reference/protocol.md#resume. A newer server can have other reasons. */
export type GapReason =
  | "trimmed"
  | "epoch-changed"
  | "too-much"
  | "too-wide"
  | "quota-exceeded"
  | "position-unknown"
  | (string & {});

/** Without the dot, `type === "gap"` could not distinguish a gap from an event. */
type DottedName = `${string}.${string}`;

declare const newer: unique symbol;

/** No name in the code has this type. So a comparison with a name narrows to the event of this name alone. */
type NewerType = DottedName & { readonly [newer]: never };
