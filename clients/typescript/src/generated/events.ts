// Generated from schemas/ by `npm run generate`: change those.

/**
 * An order was called off.
 */
export interface OrderCancelledV1 {
  /**
   * The order's id; also the end of the event's subject.
   */
  orderId: string;
  /**
   * The status before.
   */
  from: "PLACED" | "PAID" | "SHIPPED" | "DELIVERED" | "CANCELLED";
  /**
   * Why, where somebody said so.
   */
  reason?: string;
}

/**
 * A customer placed an order.
 */
export interface OrderPlacedV1 {
  /**
   * The order's id; also the end of the event's subject.
   */
  orderId: string;
  /**
   * What the order costs in all. An exact decimal, as text.
   */
  total: string;
  /**
   * ISO 4217 currency code of every amount.
   */
  currency: string;
  /**
   * What was ordered.
   *
   * @minItems 1
   */
  lines: {
    /**
     * Which article.
     */
    sku: string;
    /**
     * How many.
     */
    quantity: number;
    /**
     * What one costs. An exact decimal, as text.
     */
    unitPrice: string;
  }[];
  /**
   * When the customer placed it.
   */
  placedAt: string;
}

/**
 * An order moved on: it was paid, shipped or delivered.
 */
export interface OrderStatusChangedV1 {
  /**
   * The order's id; also the end of the event's subject.
   */
  orderId: string;
  /**
   * The status before.
   */
  from: "PLACED" | "PAID" | "SHIPPED" | "DELIVERED" | "CANCELLED";
  /**
   * The status now.
   */
  to: "PLACED" | "PAID" | "SHIPPED" | "DELIVERED" | "CANCELLED";
}

/**
 * Something that others see of a user's profile was changed, added or removed.
 */
export interface ProfileChangedV1 {
  /**
   * The names of what changed; a name that is absent from the profile was removed.
   *
   * @minItems 1
   */
  changed: ("displayName" | "email" | "bio" | "avatarUrl" | "locale")[];
  /**
   * The profile as it is now.
   */
  profile: {
    /**
     * The user's id; also the end of the event's subject.
     */
    userId: string;
    /**
     * The name that others see.
     */
    displayName: string;
    /**
     * Where the user gets mail.
     */
    email: string;
    /**
     * What the user says of themselves; absent when they say nothing.
     */
    bio?: string;
    /**
     * A picture of the user; absent when there is none.
     */
    avatarUrl?: string;
    /**
     * A BCP 47 language tag, such as en-GB; absent when the user has not chosen one.
     */
    locale?: string;
  };
}

/**
 * A user's profile was made.
 */
export interface ProfileCreatedV1 {
  /**
   * The user's id; also the end of the event's subject.
   */
  userId: string;
  /**
   * The name that others see.
   */
  displayName: string;
  /**
   * Where the user gets mail.
   */
  email: string;
  /**
   * What the user says of themselves; absent when they say nothing.
   */
  bio?: string;
  /**
   * A picture of the user; absent when there is none.
   */
  avatarUrl?: string;
  /**
   * A BCP 47 language tag, such as en-GB; absent when the user has not chosen one.
   */
  locale?: string;
}

/**
 * A user's profile is gone.
 */
export interface ProfileDeletedV1 {
  /**
   * The user's id.
   */
  userId: string;
  /**
   * Whether somebody deleted it, or its time to live ran out.
   */
  reason: "deleted" | "expired";
}

/**
 * A message could not be done, or the connection is about to be closed.
 */
export interface TablecastErrorV1 {
  /**
   * The `id` of the message that this answers, if it had one.
   */
  request?: string;
  /**
   * What is wrong, for programs.
   */
  code:
    | "bad-message"
    | "unknown-action"
    | "message-too-large"
    | "too-many-messages"
    | "refresh-refused"
    | "expired"
    | "unavailable";
  /**
   * What is wrong and what to do, for people.
   */
  message: string;
  /**
   * Whether the server closes the connection now.
   */
  closing: boolean;
}

/**
 * An event is over 128 KB, the most that a WebSocket message holds. It is in the event's place: what it is about has changed, fetch it from where it is kept.
 */
export interface TablecastEventTooLargeV1 {
  /**
   * The `id` of the event that is too large.
   */
  id: string;
  /**
   * Its `type`.
   */
  type: string;
  /**
   * Its `subject`: what to fetch.
   */
  subject: string;
  /**
   * Its `dataschema`.
   */
  dataschema?: string;
  /**
   * How long the event is.
   */
  bytes: number;
}

/**
 * The answer to `ping`: the connection is open, and known.
 */
export interface TablecastPongV1 {
  /**
   * The `id` of the message that this answers, if it had one.
   */
  request?: string;
  /**
   * Of each CloudEvents `source` that the connection's subscriptions can be of: the last position of its log. What lies before it may still be on its way: it is no position to resume from.
   */
  sources?: {
    [k: string]: string;
  };
}

/**
 * The connection is old, and ends soon: open another, `subscribe` there with `after`, and leave this one once that is answered.
 */
export interface TablecastReconnectV1 {
  /**
   * When API Gateway closes the connection: two hours after it was made.
   */
  closesAt: string;
}

/**
 * The answer to `refresh`: the connection's claims are those of the new token.
 */
export interface TablecastRefreshedV1 {
  /**
   * The `id` of the message that this answers, if it had one.
   */
  request?: string;
  /**
   * When the connection is closed at the latest, unless it is refreshed again.
   */
  expiresAt: string;
  /**
   * Subscriptions that the new token does not grant, and that have ended.
   */
  removed: string[];
}

/**
 * Comes first after a `subscribe` with `after`: whether what was missed is replayed now, before any new event, or cannot be.
 */
export interface TablecastResumedV1 {
  /**
   * The `id` of the message that this answers, if it had one.
   */
  request?: string;
  /**
   * Of each source that `after` names.
   */
  sources: {
    [k: string]: {
      /**
       * Whether everything after the position comes. If not, what was missed has to be fetched from where it is kept.
       */
      recovered: boolean;
      /**
       * Up to where it is replayed, in order, before `tablecast.subscribed.v1`; only if it is recovered.
       */
      position?: string;
      /**
       * Why it cannot be recovered; only then.
       */
      reason?: "position-unknown" | "epoch-changed" | "trimmed" | "too-much";
    };
  };
}

/**
 * The answer to `subscribe`. Every event of a change made after it is sent, arrives.
 */
export interface TablecastSubscribedV1 {
  /**
   * The `id` of the message that this answers, if it had one.
   */
  request?: string;
  /**
   * What became of each subject, in the order in which they were asked for.
   */
  subjects: {
    /**
     * The subject or pattern as the client wrote it.
     */
    subject: string;
    /**
     * Whether the connection is subscribed to it from now on.
     */
    granted: boolean;
    /**
     * Why it is refused; only then. `not-granted` does not tell whether anything exists there, nor whether it could.
     */
    reason?: "not-granted" | "too-many-subscriptions";
  }[];
  /**
   * Of each CloudEvents `source` that the granted subjects can be of: the position in its log after which every event arrives. Everything up to it that was to be replayed has been sent.
   */
  sources?: {
    [k: string]: string;
  };
}

/**
 * The answer to `unsubscribe`. No event is pushed for these subjects once the batches that are being dispatched are done.
 */
export interface TablecastUnsubscribedV1 {
  /**
   * The `id` of the message that this answers, if it had one.
   */
  request?: string;
  /**
   * What the connection is not subscribed to (any more).
   */
  subjects: string[];
}

/** The `data` of each type of event. */
export interface Events {
  "order.cancelled.v1": OrderCancelledV1;
  "order.placed.v1": OrderPlacedV1;
  "order.status-changed.v1": OrderStatusChangedV1;
  "profile.changed.v1": ProfileChangedV1;
  "profile.created.v1": ProfileCreatedV1;
  "profile.deleted.v1": ProfileDeletedV1;
}

/** The `data` of what tablecast itself says. */
export interface Controls {
  "tablecast.error.v1": TablecastErrorV1;
  "tablecast.event-too-large.v1": TablecastEventTooLargeV1;
  "tablecast.pong.v1": TablecastPongV1;
  "tablecast.reconnect.v1": TablecastReconnectV1;
  "tablecast.refreshed.v1": TablecastRefreshedV1;
  "tablecast.resumed.v1": TablecastResumedV1;
  "tablecast.subscribed.v1": TablecastSubscribedV1;
  "tablecast.unsubscribed.v1": TablecastUnsubscribedV1;
}
