import type { Positions } from "../protocol/position.js";
import type { EventRouter } from "./event-router.js";
import { PongHistory } from "./pong-history.js";
import type { Request, Requests } from "./requests.js";
import type { SubscriptionSync } from "./subscription-sync.js";
import type { Timing } from "./timing.js";

/** Pings the server. The pongs advance subscriptions, or show that events may be lost. */
export class Heartbeat {
  #pingAt = Infinity;
  #checkAt = Infinity;
  #mayHaveLostEvents = false;
  readonly #pongs = new PongHistory();

  constructor(
    private readonly timing: Timing,
    private readonly requests: Requests,
    private readonly router: EventRouter,
    private readonly sync: SubscriptionSync,
  ) {}

  start(now: number): void {
    this.#pingAt = now + this.timing.pingEvery;
    this.#checkAt = now + this.timing.checkEvery;
  }

  get wakeAt(): number {
    return this.#pingAt;
  }

  /** Pings at once, unless a ping waits for its pong. */
  pingSoon(now: number): void {
    if (!this.requests.isWaitingFor("ping")) this.#pingAt = now;
  }

  tick(now: number): void {
    if (now >= this.#pingAt) this.ping(now);
  }

  ping(now: number): void {
    this.#pingAt = now + this.timing.pingEvery;
    this.requests.send({ action: "ping" }, now, { subscriptions: [], live: this.router.live });
  }

  pong(ping: Request | undefined, logEnds: Positions, now: number): void {
    if (ping?.live) this.router.list(logEnds, ping.live);
    if (this.#mayHaveLostEvents) this.#check(logEnds, now);
    else this.router.advanceTo(this.#pongs.deliveredTo(logEnds, now));
    if (!this.#mayHaveLostEvents) this.#pongs.add(logEnds, now);
  }

  /** Handles an `unavailable` reply to a ping. The connection works, but a server that cannot read its tables may also
   * have failed to send events. */
  unavailable(): void {
    this.#mayHaveLostEvents = true;
    this.#pongs.clear();
  }

  #check(logEnds: Positions, now: number): void {
    if (now < this.#checkAt || !this.sync.checkForLostEvents(logEnds)) return;
    this.#checkAt = now + this.timing.checkEvery;
    this.#mayHaveLostEvents = false;
  }
}
