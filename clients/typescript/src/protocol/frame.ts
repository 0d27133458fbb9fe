import type { CloudEvent } from "./event.js";

/** A frame that is no event: API Gateway's own words, mostly, when a function failed. */
export class NotAnEvent extends Error {}

/** The events of a frame, in order: `cloudevents.json` has one, `cloudevents-batch.json` an array. */
export function read(frame: string): CloudEvent[] {
  const value: unknown = parse(frame);
  const events = Array.isArray(value) ? value : [value];
  for (const event of events) if (!isEvent(event)) throw new NotAnEvent(saying(event));
  return events;
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    throw new NotAnEvent("the server sent what is no JSON");
  }
}

function isEvent(value: unknown): value is CloudEvent {
  const event = value as Partial<CloudEvent> | null;
  return event?.specversion === "1.0" && [event.id, event.source, event.type].every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** `{"message": "Internal server error", ...}` */
function saying(value: unknown): string {
  const message = (value as { message?: unknown } | null)?.message;
  return typeof message === "string" ? `the server said: ${message}` : "the server sent what is no CloudEvent";
}
