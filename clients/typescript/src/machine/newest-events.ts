import type { CloudEvent } from "../protocol/event.js";
import { comparePositions, parsePosition, type Position } from "../protocol/position.js";
import { removeOldest } from "./recent.js";

/** A position, and the connection that delivered its event. */
interface Newest extends Position {
  connection: number;
}

/** The newest event of each subject. If a later connection delivers an older one, it was missed before, and that connection
 * reported a gap. On one connection, nothing was missed: the server does not order the events of two items. */
export class NewestEvents {
  readonly #newest: Map<string, Newest>;

  constructor(newest?: ReadonlyMap<string, Newest>) {
    this.#newest = new Map(newest);
  }

  copy(): NewestEvents {
    return new NewestEvents(this.#newest);
  }

  /** Remembers an event. Returns whether an earlier connection delivered a newer one of its subject. */
  add(event: CloudEvent, connection: number): boolean {
    const position = parsePosition(event.position);
    if (!position) return false;
    const key = `${event.source} ${event.subject}`;
    const known = this.#newest.get(key);
    const newest = known && comparePositions(position, known) < 0 ? known : { ...position, connection };
    // The subject moves to the end.
    this.#newest.delete(key);
    this.#newest.set(key, newest);
    removeOldest(this.#newest);
    return newest.connection < connection;
  }
}
