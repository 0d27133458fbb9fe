import type { Positions } from "../protocol/position.js";

/** docs/adr/0014-the-log.md: 190 s after the append, every subscriber has the event, or its connection is closed, or
 * the event has a later offset too. The other 10 s are the longest wait for a pong. */
export const DELIVERED_AFTER = 200_000;

const NONE: Positions = new Map();

/** The ends of the logs, as the pongs of one connection reported them. */
export class PongHistory {
  #pongs: { logEnds: Positions; at: number }[] = [];

  add(logEnds: Positions, now: number): void {
    this.#pongs.push({ logEnds, at: now });
  }

  /** Returns the positions up to which every event has arrived. Call it when a new pong arrives. */
  deliveredTo(now: number): Positions {
    const old = this.#pongs.filter(({ at }) => at <= now - DELIVERED_AFTER);
    this.#pongs = this.#pongs.slice(old.length);
    return old.at(-1)?.logEnds ?? NONE;
  }

  clear(): void {
    this.#pongs = [];
  }
}
