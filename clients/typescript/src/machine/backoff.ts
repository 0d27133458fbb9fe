const FIRST_BOUND = 500;
const MAX_BOUND = 30_000;

/** Reconnect delays (ms) with full jitter: each is random between 0 and a bound that doubles. So clients that lost
 * their connections together do not reconnect together. */
export class Backoff {
  #attempts = 0;

  constructor(private readonly random: () => number) {}

  nextDelay(): number {
    const bound = Math.min(FIRST_BOUND * 2 ** this.#attempts, MAX_BOUND);
    this.#attempts++;
    return Math.floor(this.random() * bound);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
