import { monotonicNow } from "./clock.js";

/** The shortest time between two saves (ms). */
const SHORTEST = 100;

/** The time between two saves, in units of the time for which one blocks the page. */
const SHARE = 20;

/** Limits how often progress is saved. Long progress and a store that blocks would delay the application. */
export class SavePace {
  #next = 0;
  #blocked = 0;

  /** The time until the next save (ms). */
  get delay(): number {
    return Math.max(0, this.#next - monotonicNow());
  }

  /** Runs a part of a save. */
  measure<Result>(part: () => Result): Result {
    const start = monotonicNow();
    try {
      return part();
    } finally {
      this.#blocked += monotonicNow() - start;
    }
  }

  saved(): void {
    this.#next = monotonicNow() + Math.max(SHORTEST, SHARE * this.#blocked);
    this.#blocked = 0;
  }
}
