import type { Controls } from "../generated/controls.js";
import type { CloudEvent } from "../protocol/event.js";
import type { Positions } from "../protocol/position.js";
import { logPositions } from "../protocol/sources.js";
import type { Delivery } from "./delivery.js";
import type { Effect } from "./effect.js";
import type { StateReply } from "./loader.js";
import type { Request } from "./requests.js";
import type { ServerSubscriptions } from "./server-subscriptions.js";
import type { SubscriptionState } from "./subscription-state.js";

/** Routes everything that arrives on one connection to its subscriptions. */
export class EventRouter {
  constructor(
    private readonly effects: Effect[],
    private readonly server: ServerSubscriptions,
    private readonly connection: number,
  ) {}

  /** Delivers the event to live subscriptions, and buffers it for pending ones: for the latest subscribe of each, which
   * may replay the event. */
  event(event: CloudEvent): void {
    for (const subscription of this.server.requested) {
      if (!this.server.matches(subscription, event)) continue;
      const pending = this.server.latestPending(subscription);
      if (pending) pending.buffer(subscription, event);
      else this.#deliver(subscription, subscription.receive(event, this.connection));
    }
  }

  /** Handles an event of the state that this request requested. */
  item({ loading }: Partial<Request>, event: CloudEvent): void {
    if (loading?.loader) this.#push(loading, loading.loader.item(event, loading.check(event)));
  }

  /** Handles the end of a page, or an error in its place. */
  page({ loading }: Partial<Request>, reply: StateReply | string, now: number): void {
    const { loader } = loading ?? {};
    if (!loading || !loader) return;
    this.#push(loading, typeof reply === "string" ? loader.failed(reply, now) : loader.page(reply, now));
  }

  /** Delivers the buffered events that can be delivered, and confirms the subscriptions that are caught up. */
  release(): void {
    for (const pending of this.server.pending) {
      for (const subscription of pending.subscriptions) {
        const isLive = this.server.live.has(subscription);
        this.#deliver(subscription, pending.release(subscription, this.connection, isLive));
      }
      if (!pending.isAcknowledged) continue;
      this.server.complete(pending);
      for (const subscription of pending.subscriptions) this.effects.push({ type: "confirm", subscription });
    }
  }

  /** A subscription of which the server refused every subject gets no confirmation. */
  subscribed(request: Request | undefined, data: Controls["tablecast.subscribed.v1"]): void {
    for (const { subject, granted, reason } of data.subjects) if (!granted) this.refuse(subject, reason ?? "not-granted");
    const isGranted = (subject: string) => data.subjects.some((one) => one.granted && one.subject === subject);
    request?.pending?.acknowledged(logPositions(data), ({ filter }) => filter.subjects.some(isGranted));
  }

  /** The server rejected the subscribe message, and would reject it again. Other subscriptions to its subjects stay. */
  rejected({ subscriptions, pending }: Request, reason: string): void {
    for (const subject of subscriptions.flatMap(({ filter }) => filter.subjects)) {
      this.refuse(subject, reason, subscriptions);
    }
    pending?.acknowledged(new Map(), () => false);
  }

  refuse(subject: string, reason: string, subscriptions: Iterable<SubscriptionState> = this.server.requested): void {
    for (const subscription of subscriptions) {
      if (!subscription.filter.subjects.includes(subject)) continue;
      this.#deliver(subscription, subscription.refuse(subject, reason));
      this.server.refuse(subscription, subject);
    }
  }

  /** Handles the sources of a pong. The server may not have had those of other subscriptions yet. */
  list(positions: Positions, liveAtPing: ReadonlySet<SubscriptionState>): void {
    if (this.server.isPending || positions.size === 0) return;
    for (const subscription of this.server.live) {
      if (liveAtPing.has(subscription)) this.#deliver(subscription, subscription.list(positions));
    }
  }

  get live(): ReadonlySet<SubscriptionState> {
    return new Set(this.server.live);
  }

  /** Records that every event up to these positions arrived. During a replay this is not certain. */
  advanceTo(positions: Positions): void {
    if (this.server.isPending) return;
    for (const subscription of this.server.live) this.#deliver(subscription, subscription.advanceTo(positions));
  }

  /** A collection makes other deliveries of them. */
  #deliver(subscription: SubscriptionState, deliveries: Delivery[]): void {
    const { loader } = subscription;
    this.#push(subscription, loader ? deliveries.flatMap((delivery) => loader.receive(delivery)) : deliveries);
  }

  #push(subscription: SubscriptionState, deliveries: Delivery[]): void {
    for (const delivery of deliveries) this.effects.push({ type: "deliver", subscription, delivery });
  }
}
