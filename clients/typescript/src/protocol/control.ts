import type { Controls } from "../generated/controls.js";
import { type CloudEvent, TOO_LARGE } from "./event.js";

/** A control event: the server sends it to the client itself, not to the application. */
export type ControlEvent = { [T in keyof Controls]: CloudEvent<T, Controls[T]> }[keyof Controls];

/** The control event of this type. */
export type ControlEventOf<Type extends ControlEvent["type"]> = Extract<ControlEvent, { type: Type }>;

export function isControlEvent(event: CloudEvent): event is ControlEvent {
  return event.type.startsWith("tablecast.") && event.type !== TOO_LARGE;
}
