import { isControlEvent } from "../protocol/control.js";
import { parseFrame } from "../protocol/frame.js";
import type { Context } from "./context.js";
import { ControlHandler } from "./control-handler.js";
import { EventRouter } from "./event-router.js";
import { Heartbeat } from "./heartbeat.js";
import { randomBetween } from "./random.js";
import { Requests } from "./requests.js";
import { ServerSubscriptions } from "./server-subscriptions.js";
import { SubscriptionSync } from "./subscription-sync.js";
import { TIMEOUTS } from "./timing.js";
import { TokenRefresh } from "./token-refresh.js";

/** One connection, from the attempt to open it. A method throws if the connection is not usable any more. */
export class Connection {
  isOpen = false;
  /** When the server had replied, and all subscriptions were caught up, for the first time. */
  liveSince = Infinity;
  /** When to move to a new connection. */
  moveAt = Infinity;
  #openBy: number;
  readonly #server = new ServerSubscriptions();
  readonly #requests: Requests;
  readonly #router: EventRouter;
  readonly #sync: SubscriptionSync;
  readonly #heartbeat: Heartbeat;
  readonly #tokenRefresh: TokenRefresh;
  readonly #control: ControlHandler;

  constructor(
    readonly id: number,
    private readonly context: Context,
    now: number,
  ) {
    const { effects, subscriptions, timing } = context;
    this.#openBy = now + TIMEOUTS.connect;
    this.#requests = new Requests(id, effects);
    this.#router = new EventRouter(effects, this.#server, id);
    this.#sync = new SubscriptionSync(subscriptions, this.#server, this.#requests);
    this.#heartbeat = new Heartbeat(timing, this.#requests, this.#router, this.#sync);
    this.#tokenRefresh = new TokenRefresh(id, context);
    this.#control = this.#controlHandler();
    effects.push({ type: "open", connection: id });
  }

  opened(expiresAt: number | undefined, now: number): void {
    this.isOpen = true;
    this.#openBy = Infinity;
    this.#heartbeat.start(now);
    this.moveAt = now + randomBetween(...this.context.timing.leaveAfter, this.context.random);
    this.#tokenRefresh.schedule(expiresAt, now);
  }

  received(frame: string, now: number): void {
    for (const event of parseFrame(frame)) {
      if (isControlEvent(event)) this.#control.received(event, now);
      else if (event.snapshot) this.#router.item(this.#requests.get(event.snapshot) ?? {}, event);
      else this.#router.event(event);
    }
  }

  tokenReceived(token: string, now: number): void {
    this.#requests.send({ action: "refresh", token }, now);
  }

  tokenFailed(now: number): void {
    this.#tokenRefresh.retry(now);
  }

  pingSoon(now: number): void {
    if (this.isOpen) this.#heartbeat.pingSoon(now);
  }

  /** `moveAt` counts for the current connection only. */
  get wakeAt(): number {
    const { wakeAt } = this.#heartbeat;
    const others = [this.#tokenRefresh.wakeAt, this.#requests.deadline, this.#sync.wakeAt];
    return Math.min(this.#openBy, wakeAt, ...others);
  }

  tick(now: number): void {
    if (now >= this.#openBy) throw new Error(`the connection did not open within ${TIMEOUTS.connect / 1000} s`);
    const request = this.#requests.timedOut(now);
    if (request) throw new Error(`no reply to ${request.action} within ${TIMEOUTS[request.action] / 1000} s`);
    this.#heartbeat.tick(now);
    this.#tokenRefresh.tick(now);
  }

  /** Proceeds as the current connection: delivers events and subscribes. Releases buffered events first. So a
   * subscription that has just started resumes together with those that overlap it. */
  proceed(now: number): void {
    if (!this.isOpen) return;
    this.#router.release();
    this.#sync.syncAll(now);
    this.#greet(now);
    if (!this.#server.isPending && this.#requests.isAnswered) this.liveSince = Math.min(this.liveSince, now);
  }

  /** Proceeds as the next connection: catches up without deliveries. */
  prepare(now: number): void {
    if (!this.isOpen) return;
    this.#sync.syncStarted(now);
    this.#greet(now);
  }

  /** Returns whether the connection can replace the current one. */
  canReplace(current: Connection): boolean {
    return this.#requests.isAnswered && this.#server.isCaughtUp(this.context.subscriptions, current.#server);
  }

  /** The server sends the reason of a refusal after the first message. */
  #greet(now: number): void {
    if (!this.#requests.hasSent) this.#heartbeat.ping(now);
  }

  #controlHandler(): ControlHandler {
    const parts = {
      requests: this.#requests,
      router: this.#router,
      heartbeat: this.#heartbeat,
      tokenRefresh: this.#tokenRefresh,
    };
    return new ControlHandler(this.context.validate, parts, (now) => {
      this.moveAt = now;
    });
  }
}
