import { Backoff } from "./backoff.js";
import { Connection } from "./connection.js";
import type { Context } from "./context.js";
import { MIN_UPTIME } from "./timing.js";

/** The current connection and, while the client moves, the next one. Reconnects with backoff. */
export class Connections {
  /** Delivers events. */
  current: Connection | undefined;
  /** Replaces the current one as soon as it has caught up. */
  next: Connection | undefined;
  readonly #backoff: Backoff;
  #openAt = Infinity;
  #count = 0;

  constructor(private readonly context: Context) {
    this.#backoff = new Backoff(context.random);
  }

  start(now: number): void {
    this.#openAt = now;
  }

  get wakeAt(): number {
    const { current, next } = this;
    return Math.min(this.#openAt, current?.moveAt ?? Infinity, current?.wakeAt ?? Infinity, next?.wakeAt ?? Infinity);
  }

  find(id: number): Connection | undefined {
    return [this.current, this.next].find((connection) => connection?.id === id);
  }

  /** Opens a connection without delay, or checks the current one. */
  retryNow(now: number): void {
    if (this.#openAt < Infinity) this.#openAt = now;
    this.current?.pingSoon(now);
  }

  /** Returns why a connection ended, if one did. */
  tick(now: number): string | undefined {
    if (now >= this.#openAt) this.current = this.#open(now);
    const reasons = [this.next, this.current].map((one) => one && this.attempt(one, now, () => one.tick(now)));
    if (this.current && now >= this.current.moveAt) this.#move(this.current, now);
    return reasons.find((reason) => reason !== undefined);
  }

  /** Ends the connection if the action throws. Returns why. */
  attempt(connection: Connection, now: number, action: () => void): string | undefined {
    try {
      action();
      return undefined;
    } catch (error) {
      const reason = (error as Error).message;
      this.#ended(connection, reason, now);
      return reason;
    }
  }

  promote(next: Connection, reason: string, now: number): void {
    if (this.current) this.#close(this.current, reason, now);
    this.next = undefined;
    this.current = next;
  }

  closeAll(reason: string, now: number): void {
    this.#openAt = Infinity;
    for (const connection of [this.next, this.current]) if (connection) this.#close(connection, reason, now);
  }

  #open(now: number): Connection {
    this.#openAt = Infinity;
    return new Connection(++this.#count, this.context, now);
  }

  #move(current: Connection, now: number): void {
    current.moveAt = Infinity;
    this.next ??= this.#open(now);
  }

  #ended(connection: Connection, reason: string, now: number): void {
    this.#close(connection, reason, now);
    if (this.current) this.current.moveAt = now + this.#backoff.nextDelay();
    else if (this.next) this.promote(this.next, reason, now);
    else this.#openAt = now + this.#backoff.nextDelay();
  }

  #close(connection: Connection, reason: string, now: number): void {
    if (now - connection.liveSince >= MIN_UPTIME) this.#backoff.reset();
    if (connection === this.current) this.current = undefined;
    if (connection === this.next) this.next = undefined;
    this.context.effects.push({ type: "close", connection: connection.id, reason });
  }
}
