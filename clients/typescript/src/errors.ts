import type { CloudEvent } from "./protocol/event.js";

/** Events may be missing at this point. Fetch the current state, then continue. */
export class NotRecovered extends Error {
  constructor(
    /** For example `tablecast/orders/acme`, or `tablecast/orders/*` if the subscription is wider than a channel. */
    readonly source: string,
    /** `trimmed`, `epoch-changed`, `too-much`, `too-wide`, `quota-exceeded` or `position-unknown`. */
    readonly reason: string,
  ) {
    super(`events from ${source} may be missing (${reason}): fetch the current state, then continue`);
    this.name = "NotRecovered";
  }
}

/** An event does not match its schema. */
export class InvalidEvent extends Error {
  constructor(
    readonly event: CloudEvent,
    readonly detail: string,
  ) {
    super(`${event.type} ${event.id} does not match its schema: ${detail}`);
    this.name = "InvalidEvent";
  }
}

/** The server does not grant a subscription to this subject. */
export class Refused extends Error {
  constructor(
    readonly subject: string,
    readonly reason: string,
  ) {
    super(`the server refused the subscription to ${subject}: ${reason}`);
    this.name = "Refused";
  }
}
