import type { ClientMessage } from "../protocol/message.js";
import type { Delivery } from "./delivery.js";
import type { SubscriptionState } from "./subscription-state.js";

export type State =
  /** The client gets a token and opens a connection. */
  | "connecting"
  /** The connection is open. Not every subscription is confirmed and caught up. */
  | "subscribing"
  /** Every subscription receives its events as they happen. */
  | "live"
  /** Live, while the client prepares a new connection. */
  | "moving"
  /** There is no connection until the next attempt. */
  | "waiting"
  /** The application closed the client. */
  | "closed";

/** An action that the machine requests. Connections have numbers. */
export type Effect =
  /** Get a token and open a connection, then call `opened` or `disconnected`. */
  | { type: "open"; connection: number }
  | { type: "send"; connection: number; message: ClientMessage }
  /** Close the connection and ignore everything that still arrives on it. */
  | { type: "close"; connection: number; reason: string }
  /** Get a new token, then call `tokenReceived` or `tokenFailed`. */
  | { type: "token"; connection: number }
  | { type: "deliver"; subscription: SubscriptionState; delivery: Delivery }
  | { type: "confirm"; subscription: SubscriptionState }
  | { type: "state"; state: State; reason: string };
