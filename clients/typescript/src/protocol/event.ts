import type { Controls, Events } from "../generated/events.js";

/** A CloudEvent 1.0 in JSON, as every frame holds one or more. */
export interface CloudEvent<Type extends string = string, Data = unknown> {
  specversion: "1.0";
  /** The same however often and wherever the event arrives. */
  id: string;
  source: string;
  type: Type;
  /** What it is about: `orders/acme/1001`. */
  subject?: string;
  /** RFC 3339. */
  time?: string;
  dataschema?: string;
  /** Orders the changes of one item; compare as text. */
  sequence?: string;
  /** Its place in the log of its source. */
  position?: string;
  data: Data;
}

export type EventType = keyof Events;

/** An event of one of these types: `event.type` tells which `data` it has. */
export type EventOf<Type extends EventType> = { [T in Type]: CloudEvent<T, Events[T]> }[Type];

/** Comes in the place of an event over 128 KB: fetch what it is about. */
export type TooLarge = CloudEvent<typeof TOO_LARGE, Controls[typeof TOO_LARGE]>;

export type Control = { [T in keyof Controls]: CloudEvent<T, Controls[T]> }[keyof Controls];

/** What is wrong with the event's data; nothing, if its type is not known. */
export type Validate = (event: CloudEvent) => string | undefined;

export const TOO_LARGE = "tablecast.event-too-large.v1";

/** Whether the server says it to the client, rather than passing it on. */
export function isControl(event: CloudEvent): boolean {
  return event.type.startsWith("tablecast.") && event.type !== TOO_LARGE;
}
