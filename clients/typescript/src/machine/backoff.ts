const FIRST = 500;
const LONGEST = 30_000;

/** Full jitter: each wait (ms) is random between nothing and a bound that doubles, so that many clients do not come
 * back together. */
export class Backoff {
  #attempts = 0;

  constructor(private readonly random: () => number) {}

  next(): number {
    const bound = Math.min(FIRST * 2 ** this.#attempts, LONGEST);
    this.#attempts++;
    return Math.floor(this.random() * bound);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
