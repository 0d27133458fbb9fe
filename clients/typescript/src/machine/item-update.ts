import { InvalidEvent } from "../errors.js";
import { type CloudEvent, TOO_LARGE, type TooLarge } from "../protocol/event.js";
import type { Delivery } from "./delivery.js";
import type { Item } from "./items.js";

/** A change of an item. Without an item: its removal. */
export interface Update {
  event: CloudEvent;
  item: Item | undefined;
}

/** Returns the item of an event of this type, or `undefined` for another type. */
export function itemOf(event: CloudEvent, type: string, isValid: boolean): Item | undefined {
  const isTooLarge = event.type === TOO_LARGE;
  if ((isTooLarge ? (event as TooLarge).data.type : event.type) !== type) return undefined;
  if (isTooLarge) return { missing: "too-large" };
  return isValid ? { data: event.data } : { missing: "invalid" };
}

/** Returns what a delivery changes. A subscription to a type and its removals has no other events. */
export function updateOf(delivery: Delivery, type: string): Update | undefined {
  const event = eventOf(delivery);
  return event && !event.late ? { event, item: itemOf(event, type, delivery.kind === "event") } : undefined;
}

function eventOf(delivery: Delivery): CloudEvent | undefined {
  if (delivery.kind === "event") return delivery.event;
  return delivery.kind === "error" && delivery.error instanceof InvalidEvent ? delivery.error.event : undefined;
}
