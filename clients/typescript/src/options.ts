import type { State } from "./machine/effect.js";
import type { Timing } from "./machine/timing.js";
import type { EventOf, EventType, TooLarge, Validate } from "./protocol/event.js";
import type { WebSocketConstructor } from "./socket.js";
import type { Store } from "./stores.js";

export interface TransportOptions extends Partial<Timing> {
  /** `wss://...` */
  url: string;
  /** Returns the token of a new connection. Called again before the token expires. */
  token?: () => string | undefined | Promise<string | undefined>;
  /** Checks every event against its schema. Import it from `tablecast-client/validators`. */
  validate?: Validate;
  /** Required if there is no global `WebSocket`: `import { WebSocket } from "ws"`. */
  WebSocket?: WebSocketConstructor;
  /** Called after every change of the state, with its reason. Default: a console warning if there is no connection. */
  onState?: StateListener;
}

export type StateListener = (state: State, reason: string) => void;

/** The options of `connect`. */
export interface Options extends TransportOptions {
  /** Keeps the progress of subscriptions. Without a store, a new page or process starts with new events. */
  store?: Store;
}

/** The options of `Client.subscribe`. */
export interface SubscribeOptions<Type extends EventType> {
  /** Receive only these event types. */
  types?: readonly Type[];
  /** The name in the store. Default: the subjects and types. */
  name?: string;
  /** Where to resume. Default: the progress in the store. */
  bookmark?: string;
  /** Called for each late event: one that is older than another one of its subject that was sent before. Iterations
   * leave such events out. */
  onLate?: (event: EventOf<Type> | TooLarge) => unknown;
}
