import type { Context } from "./context.js";
import { randomBetween } from "./random.js";
import { TOKEN_RETRY } from "./timing.js";

/** Requests a new token before the token of a connection expires. */
export class TokenRefresh {
  #at = Infinity;

  constructor(
    private readonly connection: number,
    private readonly context: Context,
  ) {}

  get wakeAt(): number {
    return this.#at;
  }

  /** Schedules the refresh after 70 to 85 % of the remaining time. */
  schedule(expiresAt: number | undefined, now: number): void {
    if (expiresAt === undefined) return;
    const remaining = expiresAt - now;
    const delay = randomBetween(0.7 * remaining, 0.85 * remaining, this.context.random);
    this.#at = now + Math.max(delay, TOKEN_RETRY);
  }

  /** Schedules another attempt. */
  retry(now: number): void {
    this.#at = now + TOKEN_RETRY;
  }

  tick(now: number): void {
    if (now < this.#at) return;
    this.#at = Infinity;
    this.context.effects.push({ type: "token", connection: this.connection });
  }
}
