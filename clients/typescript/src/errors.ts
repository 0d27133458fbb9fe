import type { CloudEvent } from "./protocol/event.js";

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

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
