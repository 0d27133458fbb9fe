// Generated from schemas/ by `npm run generate`. Do not edit.

/** A client message failed, or the server is about to close the connection. */
export interface TablecastErrorV1 {
  /** The request id: the `id` of the client message that this event answers, if it had one. */
  request?: string;
  /** The kind of error, for programs. */
  code: "bad-message" | "unknown-action" | "message-too-large" | "too-many-messages" | "refresh-refused" | "expired" | "unavailable";
  /** The problem and how to fix it, for people. */
  message: string;
  /** True if the server closes the connection after this event. */
  closing: boolean;
}

/** Replaces an event that is larger than 128 KB, the limit of a WebSocket message. Fetch the current state of the subject from your API. */
export interface TablecastEventTooLargeV1 {
  /** The `id` of the large event. */
  id: string;
  /** The `type` of the large event. */
  type: string;
  /** The `subject` of the large event. Fetch its current state. */
  subject: string;
  /** The `dataschema` of the large event. */
  dataschema?: string;
  /** The size of the large event in bytes. */
  bytes: number;
}

/** The answer to `ping`: the connection is open and the server knows it. */
export interface TablecastPongV1 {
  /** The request id: the `id` of the client message that this event answers, if it had one. */
  request?: string;
  /** All sources of the connection's subscriptions, by CloudEvents `source`: for each channel, the last position of its log. Earlier events may still be on their way, so do not resume from this position. A pattern that is wider than the channels has the name `tablecast/orders/*` and the position `0000000000000000-0`. Forget the positions of other sources: no subscription of the connection can resume them. */
  sources?: {
    [key: string]: string;
  };
}

/** The connection is old and ends soon. Open another connection and `subscribe` there with `after`. Close this connection when the new one is subscribed. */
export interface TablecastReconnectV1 {
  /** The time at which API Gateway closes the connection: two hours after it was opened. */
  closesAt: string;
}

/** The answer to `refresh`: the connection has the claims of the new token. */
export interface TablecastRefreshedV1 {
  /** The request id: the `id` of the client message that this event answers, if it had one. */
  request?: string;
  /** The time at which the server closes the connection, unless the client refreshes it again. */
  expiresAt: string;
  /** The subscriptions that the new token does not grant. The server has removed them. */
  removed: string[];
}

/** The connection is refused, and this is its only event. Clients that offer the sub-protocol `tablecast.explain` receive it in place of an HTTP status, after their first message. The server closes the connection. */
export interface TablecastRefusedV1 {
  /** The HTTP status that a client without `tablecast.explain` receives. */
  status: number;
  /** The kind of refusal, for programs: `token-missing`, `token-expired`, `token-invalid`, `token-too-large`, `origin-not-allowed`, `bad-request` or `not-granted`. Later versions of the server can have others: then rely on `status`. */
  reason: string;
  /** The problem and how to fix it, for people. The server's log has the details. */
  message: string;
}

/** The first event after a `subscribe` with `after`. It reports for each source whether the server replays the missed events before any new event. */
export interface TablecastResumedV1 {
  /** The request id: the `id` of the client message that this event answers, if it had one. */
  request?: string;
  /** The result for each source in `after`. */
  sources: {
    [key: string]: {
      /** True if the server replays all events after the position. If it is false, fetch the current state from your API. */
      recovered: boolean;
      /** The position up to which the server replays events, in order, before `tablecast.subscribed.v1`. Present only if `recovered` is true. */
      position?: string;
      /** The reason why the server cannot replay the events, if it is one of these values. Present only if `recovered` is false. A newer reason is in `cause`. */
      reason?: "position-unknown" | "epoch-changed" | "trimmed" | "too-much";
      /** The reason why the server cannot replay the events, if it is none of the values of `reason`. Present only if `recovered` is false. `too-wide`: the subscription is wider than the channels that have logs. `quota-exceeded`: a quota for resumes is used up, so keep the position and subscribe again later. Later versions can add others. */
      cause?: string;
    };
  };
}

/** Ends the state that a `subscribe` with `state`, or a `state`, requested. The events of the items have the id of the message as `snapshot`. */
export interface TablecastStateV1 {
  /** The request id: the `id` of the client message that this event answers. */
  request?: string;
  /** The result for each subject, in the order of the request. */
  subjects: {
    /** The subject or pattern of the request. */
    subject: string;
    /** True if all items were sent. If it is false and there is no `reason`, send `state` again with this subject and those after it. */
    complete: boolean;
    /** The items that were sent for this subject before this event. */
    items: number;
    /** Where the state continues: the `next` of the next `state`. Present only if `complete` is false and a part was sent. */
    next?: string;
    /** The reason why the state is not complete. `not-granted`: not granted or not subscribed. `no-state`: there is no state for the subject and its types. `needs-scan`: the pattern does not have the table's partition key. `too-much`: too many other items are in between. `unavailable`: the table could not be read, so send the message again later. `quota-exceeded`: a quota is used up, so send the message again after 10 seconds or more. Later versions can add others, which are final. */
    reason?: string;
  }[];
  /** By CloudEvents `source`, the position up to which the state contains every event. Every later event follows. */
  sources?: {
    [key: string]: string;
  };
  /** The items that could not become state: their data breaks the schema, or an expression has no value. The log of the function has the reasons. */
  invalid: {
    count: number;
    /** The subjects of the first ones. */
    subjects?: string[];
  };
}

/** The answer to `subscribe`. The connection receives the events of all changes made after the server sent it. */
export interface TablecastSubscribedV1 {
  /** The request id: the `id` of the client message that this event answers, if it had one. */
  request?: string;
  /** The result for each subject, in the order of the request. */
  subjects: {
    /** The subject or pattern of the request. */
    subject: string;
    /** True if the connection is now subscribed to the subject. */
    granted: boolean;
    /** The reason of a rejection. Present only if `granted` is false. `not-granted` does not reveal whether the subject exists. */
    reason?: "not-granted" | "too-many-subscriptions";
  }[];
  /** The start position of the subscription, by CloudEvents `source`: for each channel with a log, the server has sent all replayed events up to this position, and every later event follows. A pattern that is wider than the channels has the name `tablecast/orders/*` and the position `0000000000000000-0`: no event has that source, and the pattern cannot resume. */
  sources?: {
    [key: string]: string;
  };
}

/** The answer to `unsubscribe`. The server sends no more events for these subjects after the batches in progress. */
export interface TablecastUnsubscribedV1 {
  /** The request id: the `id` of the client message that this event answers, if it had one. */
  request?: string;
  /** The subjects to which the connection is no longer subscribed. */
  subjects: string[];
}

/** The `data` of each control event type. */
export interface Controls {
  "tablecast.error.v1": TablecastErrorV1;
  "tablecast.event-too-large.v1": TablecastEventTooLargeV1;
  "tablecast.pong.v1": TablecastPongV1;
  "tablecast.reconnect.v1": TablecastReconnectV1;
  "tablecast.refreshed.v1": TablecastRefreshedV1;
  "tablecast.refused.v1": TablecastRefusedV1;
  "tablecast.resumed.v1": TablecastResumedV1;
  "tablecast.state.v1": TablecastStateV1;
  "tablecast.subscribed.v1": TablecastSubscribedV1;
  "tablecast.unsubscribed.v1": TablecastUnsubscribedV1;
}
