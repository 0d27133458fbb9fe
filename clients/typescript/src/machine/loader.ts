import type { InvalidEvent } from "../errors.js";
import type { Controls } from "../generated/controls.js";
import type { CloudEvent } from "../protocol/event.js";
import type { MessageBody } from "../protocol/message.js";
import type { Delivery } from "./delivery.js";

/** `tablecast.state.v1`: the end of a page. */
export type StateReply = Controls["tablecast.state.v1"];

/** The part of a subscription that a collection adds. Only applications with collections load the rules. Each method
 * returns the deliveries that follow. */
export interface Loader {
  /** When to request the next page of the state (ms). */
  readonly loadAt: number;
  /** Returns the message that requests it. */
  request(): MessageBody<"state">;
  /** Handles an event of the requested state. With an error, it does not match its schema. */
  item(event: CloudEvent, error: InvalidEvent | undefined): Delivery[];
  page(reply: StateReply, now: number): Delivery[];
  /** Handles an error in place of the page. */
  failed(reason: string, now: number): Delivery[];
  /** Handles a delivery of the subscription. */
  receive(delivery: Delivery): Delivery[];
}
