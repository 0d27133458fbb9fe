/** Half of what the server allows: docs/reference/limits.md. */
const BURST = 50;
const INTERVAL = 200;

/** Limits the messages of a connection: `BURST` at once, and then one in each `INTERVAL` (ms). */
export class Pace {
  /** When the whole burst is allowed again. */
  #restedAt = 0;
  /** When the next message may be sent, if it must wait. */
  wakeAt = Infinity;

  sent(now: number): void {
    this.#restedAt = Math.max(this.#restedAt, now) + INTERVAL;
  }

  allows(now: number): boolean {
    const at = this.#restedAt - (BURST - 1) * INTERVAL;
    this.wakeAt = now < at ? at : Infinity;
    return now >= at;
  }
}
