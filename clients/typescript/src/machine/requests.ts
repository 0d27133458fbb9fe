import type { Action, MessageBody } from "../protocol/message.js";
import type { Effect } from "./effect.js";
import { Pace } from "./pace.js";
import type { PendingSubscribe } from "./pending-subscribe.js";
import type { SubscriptionState } from "./subscription-state.js";
import { TIMEOUTS } from "./timing.js";

/** The subscriptions that a message concerns. */
interface Concern {
  subscriptions: readonly SubscriptionState[];
  pending?: PendingSubscribe;
  /** Those that were live when a ping was sent. */
  live?: ReadonlySet<SubscriptionState>;
  /** The one whose state is requested. It can subscribe and unsubscribe meanwhile. */
  loading?: SubscriptionState;
}

export interface Request extends Concern {
  action: Action;
  /** When the reply is too late (ms). */
  deadline: number;
}

/** The messages of one connection that wait for a reply. */
export class Requests {
  readonly #requests = new Map<string, Request>();
  #count = 0;
  readonly pace = new Pace();
  /** True after the first reply. So the server has not refused the connection. */
  isAnswered = false;

  constructor(
    private readonly connection: number,
    private readonly effects: Effect[],
  ) {}

  send(body: MessageBody, now: number, concern: Concern = { subscriptions: [] }): void {
    const id = `${++this.#count}`;
    const { action } = body;
    this.pace.sent(now);
    this.#requests.set(id, { action, ...concern, deadline: now + TIMEOUTS[action] });
    this.effects.push({ type: "send", connection: this.connection, message: { ...body, id } });
  }

  get(id: string | undefined): Request | undefined {
    return this.#requests.get(id ?? "");
  }

  /** Returns the request that this reply completes: one with this action, or with any. */
  complete(id: string | undefined, action?: Action): Request | undefined {
    const request = this.get(id);
    if (!request || (action && action !== request.action)) return undefined;
    this.isAnswered = this.#requests.delete(id ?? "");
    return request;
  }

  /** Returns whether the next subscribe or unsubscribe must wait: for the pace, or for the reply to another one. The server
   * handles messages concurrently, and each one changes the same connection. */
  mustWait(now: number): boolean {
    return !this.pace.allows(now) || this.isWaitingFor("subscribe") || this.isWaitingFor("unsubscribe");
  }

  isLoading(subscription: SubscriptionState): boolean {
    return this.#all.some(({ loading }) => loading === subscription);
  }

  get hasSent(): boolean {
    return this.#count > 0;
  }

  isWaitingFor(action: Action): boolean {
    return this.#all.some((request) => request.action === action);
  }

  timedOut(now: number): Request | undefined {
    return this.#all.find(({ deadline }) => now >= deadline);
  }

  get deadline(): number {
    return Math.min(...this.#all.map(({ deadline }) => deadline));
  }

  get #all(): Request[] {
    return [...this.#requests.values()];
  }
}
