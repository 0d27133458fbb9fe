import type { Position, Positions } from "../protocol/position.js";

/** docs/adr/0014-the-log.md: 190 s after the append, every subscriber has the event, or its connection is closed, or
 * the event has a later offset too. The other 10 s are the longest wait for a pong. */
export const DELIVERED_AFTER = 200_000;

const NONE: Positions = new Map();

/** The positions in the pongs of one connection: the ends of the logs, or less while `fanout` is behind. */
export class PongHistory {
  #pongs: { logEnds: Positions; at: number }[] = [];

  add(logEnds: Positions, now: number): void {
    this.#pongs.push({ logEnds, at: now });
  }

  /** Returns the positions up to which every event has arrived. Call it with each new pong: events that were handed over
   * to `fanout` after the old pong can lower its positions. */
  deliveredTo(newest: Positions, now: number): Positions {
    const old = this.#pongs.filter(({ at }) => at <= now - DELIVERED_AFTER);
    this.#pongs = this.#pongs.slice(old.length);
    return least(old.at(-1)?.logEnds ?? NONE, newest);
  }

  clear(): void {
    this.#pongs = [];
  }
}

/** Offsets continue over epochs. Leaves out sources that the newest pong does not list. */
function least(old: Positions, newest: Positions): Positions {
  const least = new Map<string, Position>();
  for (const [source, { epoch, offset }] of old) {
    const now = newest.get(source);
    if (now) least.set(source, { epoch, offset: Math.min(offset, now.offset) });
  }
  return least;
}
