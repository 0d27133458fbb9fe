import type { CloudEvent } from "./protocol/event.js";

/** Events may be missing here: look at the whole state anew, and go on. */
export class NotRecovered extends Error {
  constructor(
    readonly source: string,
    /** `trimmed`, `epoch-changed`, `too-much`, `position-unknown` */
    readonly reason: string,
  ) {
    super(`what ${source} told meanwhile cannot be recovered: ${reason}`);
    this.name = "NotRecovered";
  }
}

/** An event that breaks its schema. */
export class InvalidEvent extends Error {
  constructor(
    readonly event: CloudEvent,
    readonly detail: string,
  ) {
    super(`${event.type} ${event.id} breaks its schema: ${detail}`);
    this.name = "InvalidEvent";
  }
}

/** The server does not let the client have this subject. */
export class Refused extends Error {
  constructor(
    readonly subject: string,
    readonly reason: string,
  ) {
    super(`${subject} is refused: ${reason}`);
    this.name = "Refused";
  }
}
