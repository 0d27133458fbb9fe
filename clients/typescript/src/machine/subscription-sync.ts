import type { Positions } from "../protocol/position.js";
import type { Requests } from "./requests.js";
import type { ServerSubscriptions } from "./server-subscriptions.js";
import { fits, joint, overlapping, subscribeMessage } from "./subscribe-message.js";
import type { SubscriptionState } from "./subscription-state.js";

/** Sends subscribe and unsubscribe messages until the server has the subscriptions of the application. While one of them
 * waits for its reply, or the pace allows none, others wait: the next message has all of them. */
export class SubscriptionSync {
  /** May have lost events, so they must resume. */
  readonly #behind = new Set<SubscriptionState>();

  constructor(
    private readonly wanted: ReadonlySet<SubscriptionState>,
    private readonly server: ServerSubscriptions,
    private readonly requests: Requests,
  ) {}

  syncAll(now: number): void {
    this.#removeUnwanted(now);
    this.#subscribe([...this.wanted], now);
    for (const subscription of this.#loadable) this.#load(subscription, now);
  }

  /** When the next message may be sent, or when to request state. */
  get wakeAt(): number {
    const { wakeAt } = this.requests.pace;
    return wakeAt < Infinity ? wakeAt : Math.min(...this.#loadable.map(({ loader }) => loader?.loadAt ?? Infinity));
  }

  /** Leaves out the subscriptions that have not started. They start on the current connection. */
  syncStarted(now: number): void {
    this.#removeUnwanted(now);
    this.#subscribe(this.#started, now);
  }

  /** The next syncs resume the subscriptions that may have lost events. Returns whether it could check: not during
   * another replay. */
  checkForLostEvents(logEnds: Positions): boolean {
    if (this.server.isPending) return false;
    for (const subscription of this.server.requested) if (subscription.isBehind(logEnds)) this.#behind.add(subscription);
    return true;
  }

  get #started(): SubscriptionState[] {
    return [...this.wanted].filter(({ hasStarted }) => hasStarted);
  }

  /** Sends one message with as many of the missing subscriptions as it can have. */
  #subscribe(among: SubscriptionState[], now: number): void {
    const missing = new Set(among.filter((one) => !this.server.requested.has(one) || this.#behind.has(one)));
    if (missing.size === 0 || this.requests.mustWait(now)) return;
    const groups: SubscriptionState[][] = [];
    for (const one of missing) {
      const group = one.hasStarted ? overlapping(one, this.#started) : [one];
      for (const subscription of group) missing.delete(subscription);
      groups.push(group);
    }
    const subscriptions = joint(groups, this.wanted);
    for (const subscription of subscriptions) this.#behind.delete(subscription);
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
    if (!loader || now < loader.loadAt || !this.requests.pace.allows(now)) return;
    this.requests.send(loader.request(), now, { subscriptions: [], loading: subscription });
  }

  /** Keeps the subjects that another subscription has too. */
  #removeUnwanted(now: number): void {
    const unwanted = [...this.server.requested].filter((subscription) => !this.wanted.has(subscription));
    for (const pending of this.server.pending) pending.retain((subscription) => this.wanted.has(subscription));
    if (this.requests.mustWait(now)) return;
    const subjects = new Set<string>();
    for (const subscription of unwanted) {
      const own = subscription.filter.subjects;
      if (subjects.size > 0 && !fits([...subjects, ...own])) break;
      this.server.delete(subscription);
      for (const subject of own) if (!this.server.hasSubject(subject)) subjects.add(subject);
    }
    if (subjects.size > 0) this.requests.send({ action: "unsubscribe", subjects: [...subjects] }, now);
  }
}
