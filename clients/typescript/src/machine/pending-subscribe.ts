import type { CloudEvent } from "../protocol/event.js";
import { parsePosition, type Positions } from "../protocol/position.js";
import type { ResumeResults } from "../protocol/sources.js";
import type { Delivery } from "./delivery.js";
import type { SubscriptionState } from "./subscription-state.js";

/** A subscribe message whose subscriptions are not caught up, with the events that arrived for them.
 *
 * Subscriptions that can receive the same events share one message. Otherwise the client could not distinguish an
 * event that is replayed for one subscription from an event that is new for another. */
export class PendingSubscribe {
  /** The buffered events of each subscription. */
  readonly #events: Map<SubscriptionState, CloudEvent[]>;
  #results: ResumeResults = new Map();
  #positions: Positions | undefined;

  constructor(
    subscriptions: readonly SubscriptionState[],
    /** True for the first subscribe of a connection that matches these events. Then events up to the end of the replay
     * arrive in order. */
    private readonly isFirst: boolean,
    /** The subscriptions that have missed nothing, as far as the client knows. */
    private readonly live: ReadonlySet<SubscriptionState>,
  ) {
    this.#events = new Map(subscriptions.map((subscription) => [subscription, []]));
  }

  get subscriptions(): SubscriptionState[] {
    return [...this.#events.keys()];
  }

  retain(predicate: (subscription: SubscriptionState) => boolean): void {
    for (const subscription of this.subscriptions) if (!predicate(subscription)) this.#events.delete(subscription);
  }

  has(subscription: SubscriptionState): boolean {
    return this.#events.has(subscription);
  }

  retainEvents(subscription: SubscriptionState, predicate: (event: CloudEvent) => boolean): void {
    const events = this.#events.get(subscription);
    if (events) this.#events.set(subscription, events.filter(predicate));
  }

  buffer(subscription: SubscriptionState, event: CloudEvent): void {
    this.#events.get(subscription)?.push(event);
  }

  /** Handles `tablecast.resumed.v1`. */
  resumed(results: ResumeResults): void {
    this.#results = results;
  }

  /** Handles `tablecast.subscribed.v1`: the replay is complete. Only the subscriptions that are granted continue. */
  acknowledged(positions: Positions, isGranted: (subscription: SubscriptionState) => boolean): void {
    this.#positions = positions;
    this.retain(isGranted);
  }

  get isAcknowledged(): boolean {
    return this.#positions !== undefined;
  }

  /** Delivers, to one of the subscriptions, the events that no missing event can precede. */
  release(subscription: SubscriptionState, connection: number): Delivery[] {
    const events = this.#events.get(subscription) ?? [];
    if (this.#positions) {
      return subscription.catchUp(this.#positions, this.#results, events, this.live.has(subscription), connection);
    }
    const isInOrder = (event: CloudEvent) => this.#isInOrder(event, subscription);
    this.#events.set(subscription, events.filter((event) => !isInOrder(event)));
    return events.filter(isInOrder).flatMap((event) => subscription.receive(event, connection));
  }

  /** Returns whether the event belongs to the replay of this subscription, and arrived in order. */
  #isInOrder(event: CloudEvent, { progress }: SubscriptionState): boolean {
    const end = this.#results.get(event.source)?.position;
    const position = parsePosition(event.position);
    if (!this.isFirst || !end || !position) return false;
    const isReplayed = end.epoch === position.epoch && position.offset <= end.offset;
    return isReplayed && progress.hasSource(event.source);
  }
}
