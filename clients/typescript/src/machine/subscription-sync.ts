import type { Positions } from "../protocol/position.js";
import type { Requests } from "./requests.js";
import type { ServerSubscriptions } from "./server-subscriptions.js";
import { overlapping, subscribeMessage } from "./subscribe-message.js";
import type { SubscriptionState } from "./subscription-state.js";

/** Sends subscribe and unsubscribe messages until the server has the subscriptions of the application. */
export class SubscriptionSync {
  constructor(
    private readonly wanted: ReadonlySet<SubscriptionState>,
    private readonly server: ServerSubscriptions,
    private readonly requests: Requests,
  ) {}

  syncAll(now: number): void {
    this.#removeUnwanted(now);
    for (const subscription of this.wanted) {
      if (this.server.requested.has(subscription)) continue;
      if (subscription.hasStarted) this.#resume(subscription, now);
      else this.#subscribe([subscription], now);
    }
    for (const subscription of this.#loadable) this.#load(subscription, now);
  }

  /** When to request state. */
  get wakeAt(): number {
    return Math.min(...this.#loadable.map(({ loader }) => loader?.loadAt ?? Infinity));
  }

  /** Leaves out the subscriptions that have not started. They start on the current connection. */
  syncStarted(now: number): void {
    this.#removeUnwanted(now);
    for (const subscription of this.wanted) {
      if (subscription.hasStarted && !this.server.requested.has(subscription)) this.#resume(subscription, now);
    }
  }

  /** Resumes the subscriptions that may have lost events. Returns whether it could: not during another replay. */
  checkForLostEvents(logEnds: Positions, now: number): boolean {
    if (this.server.isPending) return false;
    for (const subscription of this.server.requested) {
      if (subscription.isBehind(logEnds)) this.#resume(subscription, now);
    }
    return true;
  }

  #resume(subscription: SubscriptionState, now: number): void {
    const started = [...this.wanted].filter(({ hasStarted }) => hasStarted);
    this.#subscribe(overlapping(subscription, started), now);
  }

  #subscribe(subscriptions: SubscriptionState[], now: number): void {
    if (subscriptions.some((subscription) => this.requests.isBusyWith(subscription))) return;
    const pending = this.server.add(subscriptions);
    this.requests.send(subscribeMessage(subscriptions, this.wanted), now, { subscriptions, pending });
  }

  /** The collections whose subscription is live, without a request of state. */
  get #loadable(): SubscriptionState[] {
    return [...this.wanted].filter((subscription) => {
      const { loader } = subscription;
      return loader && this.server.isCurrent(subscription) && !this.requests.isLoading(subscription);
    });
  }

  #load(subscription: SubscriptionState, now: number): void {
    const { loader } = subscription;
    if (loader && now >= loader.loadAt) this.requests.send(loader.request(), now, { subscriptions: [], loading: subscription });
  }

  #removeUnwanted(now: number): void {
    for (const subscription of this.server.requested) {
      if (!this.wanted.has(subscription)) this.#unsubscribe(subscription, now);
    }
  }

  /** Keeps the subjects that another subscription has too. */
  #unsubscribe(subscription: SubscriptionState, now: number): void {
    for (const pending of this.server.pending) pending.retain((other) => other !== subscription);
    if (this.requests.isBusyWith(subscription)) return;
    this.server.delete(subscription);
    const subjects = subscription.filter.subjects.filter((subject) => !this.server.hasSubject(subject));
    if (subjects.length > 0) this.requests.send({ action: "unsubscribe", subjects }, now, { subscriptions: [subscription] });
  }
}
