import type { CloudEvent } from "./event.js";

/** A frame without a CloudEvent. Mostly an error of API Gateway, sent when a function failed. */
export class InvalidFrame extends Error {}

/** Returns the events of a frame in order: one for `cloudevents.json`, an array for `cloudevents-batch.json`. */
export function parseFrame(frame: string): CloudEvent[] {
  const value = parseJson(frame);
  const events = Array.isArray(value) ? value : [value];
  for (const event of events) if (!isEvent(event)) throw new InvalidFrame(describe(event));
  return events;
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    throw new InvalidFrame("the server sent a frame that is not JSON");
  }
}

function isEvent(value: unknown): value is CloudEvent {
  const event = value as Partial<CloudEvent> | null;
  return event?.specversion === "1.0" && [event.id, event.source, event.type].every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** API Gateway sends `{"message": "Internal server error", ...}`. */
function describe(value: unknown): string {
  const message = (value as { message?: unknown } | null)?.message;
  return typeof message === "string" ? `server error: ${message}` : "the server sent a frame that is not a CloudEvent";
}
