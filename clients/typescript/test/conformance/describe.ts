import { InvalidEvent, Refused } from "../../src/index.js";

/** Returns the line that an error becomes. */
export function describe(error: Error): object {
  if (error instanceof Refused) return { refused: { subject: error.subject, reason: error.reason } };
  if (error instanceof InvalidEvent) return { invalid: { id: error.event.id, detail: error.detail } };
  return { error: error.message };
}
