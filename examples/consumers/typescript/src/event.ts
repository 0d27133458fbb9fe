// Reads messages. The types of `data` and their validators are generated from the published schemas.
import type { Events } from "./events/events.js";
import { validate } from "./events/validators.js";

/** The event types of this consumer. Others of the bus may arrive, because rules and deployments change. */
const TYPES = ["order.placed.v1", "order.status-changed.v1", "order.cancelled.v1"] as const;
const TOO_LARGE = "tablecast.event-too-large.v1";

/** The attributes of a CloudEvent that this consumer uses. */
export interface Received {
  id: string;
  type: string;
  subject: string;
  sequence: string;
  data: unknown;
}

/** An event that matches its schema. `type` narrows `data`. */
export type Known = { [T in (typeof TYPES)[number]]: Received & { type: T; data: Events[T] } }[(typeof TYPES)[number]];

/** Returns the CloudEvent in an EventBridge envelope. */
export function parse(body: string): Received {
  const event = JSON.parse(body)?.detail;
  for (const name of ["id", "type", "subject", "sequence"]) {
    if (typeof event?.[name] !== "string") throw new Error(`detail.${name} must be a text`);
  }
  return event;
}

export const isTooLarge = (event: Received): boolean => event.type === TOO_LARGE;

/** Returns false for a type of others, and throws if the data of an own type does not match its schema. */
export function isKnown(event: Received): event is Known {
  if (!TYPES.some((type) => type === event.type)) return false;
  const problem = validate(event);
  if (problem !== undefined) throw new Error(`${event.id}: ${problem}`);
  return true;
}
