import type { EventType, Gap, Received, UntypedEvents } from "./events.js";
import type { State } from "./machine/effect.js";
import type { Timing } from "./machine/timing.js";
import type { Validate } from "./protocol/event.js";
import type { WebSocketConstructor } from "./socket.js";
import type { Store } from "./stores.js";

/** Receives each new state of the connection, and its reason. */
export type StateListener = (state: State, reason: string) => void;

/** The options of `createClient`. */
export interface ClientOptions extends Optional<Timing> {
  /** `wss://...` */
  url: string;
  /** Returns the token of a new connection. Called again before the token expires. */
  token?: (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Checks every event against its schema. `tablecast-client generate` writes it. */
  validate?: Validate | undefined;
  /** Keeps the progress of subscriptions. Without a store, a new page or process starts with new events. */
  store?: Store | undefined;
  /** Default: the global `WebSocket`. In Node, the one of the package `ws` if it is installed. */
  WebSocket?: WebSocketConstructor | undefined;
}

type Optional<T> = { [Name in keyof T]?: T[Name] | undefined };

export interface TransportOptions extends ClientOptions {
  onState: StateListener;
}

/** The functions that receive what a subscription delivers, in order. Each call waits for the one before. */
export interface Callbacks<Event> {
  /** Receives each event. Without it, iterate over the subscription. */
  onEvent?: ((event: Event) => unknown) | undefined;
  /** Receives each gap: events may be missing. */
  onGap?: ((gap: Gap) => unknown) | undefined;
  /** Receives each `InvalidEvent`, `Refused`, and error of the store or of another callback. */
  onError?: ((error: Error) => unknown) | undefined;
  /** Receives each late event: one that is older than another one of its subject that was sent before. */
  onLate?: ((event: Event) => unknown) | undefined;
}

/** How the application reads a subscription. */
export interface ReadOptions<Event> extends Callbacks<Event> {
  /** Closes the subscription when it aborts. */
  signal?: AbortSignal | undefined;
  /** While the application is busy, keep only the newest waiting event of each subject. */
  newestOnly?: boolean | undefined;
}

/** The options of `Client.subscribe`. */
export interface SubscribeOptions<Events extends object = UntypedEvents, Type extends EventType<Events> = never>
  extends ReadOptions<Received<Events, Type>> {
  /** Receive only these event types. */
  types?: readonly Type[] | undefined;
  /** The name in the store. Default: the subjects and types. */
  name?: string | undefined;
  /** Where to resume. Default: the progress in the store. */
  bookmark?: string | undefined;
}
