import type { CloudEvent } from "../protocol/event.js";
import { comparePositions, parsePosition, type Position } from "../protocol/position.js";
import { removeOldest } from "./recent.js";

/** The newest position of each subject. The server sends the events of a subject in order. So an older one that arrives
 * later, on another connection, was missed on the one before: a gap was reported before the newer one. */
export class NewestEvents {
  readonly #positions: Map<string, Position>;

  constructor(positions: Iterable<[string, Position]> = []) {
    this.#positions = new Map(positions);
  }

  copy(): NewestEvents {
    return new NewestEvents(this.#positions);
  }

  hasNewer(event: CloudEvent): boolean {
    const [known, position] = [this.#positions.get(keyOf(event)), parsePosition(event.position)];
    return known !== undefined && position !== undefined && comparePositions(position, known) < 0;
  }

  add(event: CloudEvent): void {
    const position = parsePosition(event.position);
    if (!position) return;
    // The subject moves to the end.
    this.#positions.delete(keyOf(event));
    this.#positions.set(keyOf(event), position);
    removeOldest(this.#positions);
  }
}

function keyOf({ source, subject }: CloudEvent): string {
  return `${source} ${subject}`;
}
