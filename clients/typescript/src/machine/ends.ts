import type { Position } from "../protocol/position.js";

/** docs/adr/0014-the-log.md: what was appended 190 s ago was sent to everyone who listens, or their connection closed, or
 * it comes as an event that is appended anew. 10 s more, which the answer to a ping may take: so the ping was sent after
 * that, and what was sent before its answer has come before it. */
export const SETTLED = 200_000;

/** Where the logs ended, as the answers to the pings of one connection told. */
export class Ends {
  #told: { ends: Map<string, Position>; at: number }[] = [];

  add(ends: Map<string, Position>, now: number): void {
    this.#told.push({ ends, at: now });
  }

  /** Up to where nothing is under way any more, now that another answer has come. */
  settled(now: number): Map<string, Position> {
    const old = this.#told.filter(({ at }) => at <= now - SETTLED);
    this.#told = this.#told.slice(old.length);
    return old.at(-1)?.ends ?? new Map();
  }

  /** After the connection has been in doubt they say nothing. */
  forget(): void {
    this.#told = [];
  }
}
