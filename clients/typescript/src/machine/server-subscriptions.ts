import type { CloudEvent } from "../protocol/event.js";
import { EventFilter } from "../protocol/filter.js";
import { PendingSubscribe } from "./pending-subscribe.js";
import type { SubscriptionState } from "./subscription-state.js";

/** The subscriptions that one connection has at the server. */
export class ServerSubscriptions {
  /** Sent in a subscribe. */
  readonly requested = new Set<SubscriptionState>();
  /** Caught up: the server sends every event. */
  readonly live = new Set<SubscriptionState>();
  readonly pending = new Set<PendingSubscribe>();
  /** The subjects that were ever requested: events that the server sent for them may still arrive. */
  readonly #everRequested = new Set<string>();

  /** The subjects of each subscription that the server refused on this connection. Events of them can arrive for another
   * subscription. */
  readonly #refused = new Map<SubscriptionState, Set<string>>();

  /** Records a subscribe message. */
  add(subscriptions: SubscriptionState[]): PendingSubscribe {
    const known = new EventFilter([...this.#everRequested]);
    const isFirst = !subscriptions.some(({ filter }) => filter.overlaps(known));
    const pending = new PendingSubscribe(subscriptions, isFirst, new Set(this.live));
    for (const subscription of subscriptions) {
      this.requested.add(subscription);
      for (const subject of subscription.filter.subjects) this.#everRequested.add(subject);
      this.#refused.delete(subscription);
    }
    this.pending.add(pending);
    return pending;
  }

  /** Records an unsubscribe message. */
  delete(subscription: SubscriptionState): void {
    this.requested.delete(subscription);
    this.live.delete(subscription);
    this.#refused.delete(subscription);
  }

  /** Records that the server refused a subject. A subscription goes on with its others. */
  refuse(subscription: SubscriptionState, subject: string): void {
    const refused = new Set(this.#refused.get(subscription)).add(subject);
    this.#refused.set(subscription, refused);
    if (subscription.filter.subjects.every((one) => refused.has(one))) this.live.delete(subscription);
    for (const pending of this.pending) pending.retainEvents(subscription, (event) => this.matches(subscription, event));
  }

  /** Returns whether the subscription receives the event, if the server grants its subject. */
  matches(subscription: SubscriptionState, event: CloudEvent): boolean {
    return subscription.filter.matches(event, this.#refused.get(subscription));
  }

  hasSubject(subject: string): boolean {
    return [...this.requested].some(({ filter }) => filter.subjects.includes(subject));
  }

  /** Records that every subscription of an acknowledged subscribe is caught up. */
  complete(pending: PendingSubscribe): void {
    this.pending.delete(pending);
    for (const subscription of pending.subscriptions) this.live.add(subscription);
  }

  /** On a connection that prepares, an earlier one can be acknowledged, and wait for the move. */
  latestPending(subscription: SubscriptionState): PendingSubscribe | undefined {
    return [...this.pending].filter((pending) => pending.has(subscription)).at(-1);
  }

  /** Returns whether the server has the subscription, and no subscribe message waits. */
  isCurrent(subscription: SubscriptionState): boolean {
    return this.requested.has(subscription) && !this.latestPending(subscription);
  }

  get isPending(): boolean {
    return this.pending.size > 0;
  }

  /** Returns whether all of them are acknowledged. One that the server refused on `current` does not count. */
  isCaughtUp(wanted: ReadonlySet<SubscriptionState>, current: ServerSubscriptions): boolean {
    const necessary = [...wanted].filter((one) => one.hasStarted || !current.isCurrent(one));
    const isRequested = necessary.every((one) => this.requested.has(one));
    return isRequested && [...this.pending].every(({ isAcknowledged }) => isAcknowledged);
  }
}
