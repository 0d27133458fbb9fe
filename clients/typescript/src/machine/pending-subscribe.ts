import type { CloudEvent } from "../protocol/event.js";
import { parsePosition, type Positions } from "../protocol/position.js";
import type { ResumeResults } from "../protocol/sources.js";
import type { Delivery } from "./delivery.js";
import { inLogOrder } from "./log-order.js";
import type { SubscriptionState } from "./subscription-state.js";

/** The events of one subscription. */
interface Buffer {
  /** Wait for the acknowledgement, or for the results that show which of them are replayed. */
  held: CloudEvent[];
  /** Arrived since. */
  fresh: CloudEvent[];
}

/** A subscribe message whose subscriptions are not caught up, with the events that arrived for them.
 *
 * Subscriptions that can receive the same events share one message. Otherwise the client could not distinguish an
 * event that is replayed for one subscription from an event that is new for another. */
export class PendingSubscribe {
  readonly #buffers: Map<SubscriptionState, Buffer>;
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
    this.#buffers = new Map(subscriptions.map((subscription) => [subscription, { held: [], fresh: [] }]));
  }

  get subscriptions(): SubscriptionState[] {
    return [...this.#buffers.keys()];
  }

  retain(predicate: (subscription: SubscriptionState) => boolean): void {
    for (const subscription of this.subscriptions) if (!predicate(subscription)) this.#buffers.delete(subscription);
  }

  has(subscription: SubscriptionState): boolean {
    return this.#buffers.has(subscription);
  }

  retainEvents(subscription: SubscriptionState, predicate: (event: CloudEvent) => boolean): void {
    const buffer = this.#buffers.get(subscription);
    if (buffer) for (const name of ["held", "fresh"] as const) buffer[name] = buffer[name].filter(predicate);
  }

  buffer(subscription: SubscriptionState, event: CloudEvent): void {
    this.#buffers.get(subscription)?.fresh.push(event);
  }

  /** Handles `tablecast.resumed.v1`. */
  resumed(results: ResumeResults): void {
    this.#results = results;
    for (const buffer of this.#buffers.values()) buffer.fresh = [...buffer.held.splice(0), ...buffer.fresh];
  }

  /** Handles `tablecast.subscribed.v1`: the replay is complete. Only the subscriptions that are granted continue. */
  acknowledged(positions: Positions, isGranted: (subscription: SubscriptionState) => boolean): void {
    this.#positions = positions;
    this.retain(isGranted);
  }

  get isAcknowledged(): boolean {
    return this.#positions !== undefined;
  }

  /** Delivers, to one of the subscriptions, the events that no missing event can precede. `isLive` if an earlier message of
   * the connection resumed it. */
  release(subscription: SubscriptionState, connection: number, isLive: boolean): Delivery[] {
    const { held, fresh } = this.#buffers.get(subscription) as Buffer;
    const arrived = fresh.splice(0);
    const isResumed = ({ source }: CloudEvent) => subscription.progress.hasSource(source);
    const receive = (events: CloudEvent[]) => events.flatMap((event) => subscription.receive(event, connection));
    if (!this.#positions) {
      const isInOrder = (event: CloudEvent) => this.#isReplayed(event) && isResumed(event) && this.isFirst;
      const inOrder: CloudEvent[] = [];
      for (const event of arrived) (isInOrder(event) ? inOrder : held).push(event);
      return receive(inOrder);
    }
    const events = [...held, ...arrived];
    const wasLive = this.live.has(subscription);
    if (wasLive || !isLive) return subscription.catchUp(this.#positions, this.#results, events, wasLive, connection);
    // It missed nothing, whatever the results are. Replays of other sources are those of another subscription.
    return receive(inLogOrder(events).filter((event) => isResumed(event) || !this.#isReplayed(event)));
  }

  /** Returns whether the event belongs to the replay. */
  #isReplayed({ source, position }: CloudEvent): boolean {
    const end = this.#results.get(source)?.position;
    const own = parsePosition(position);
    return !!own && own.epoch === end?.epoch && own.offset <= end.offset;
  }
}
