import type { EventType, Received, UntypedEvents } from "./events.js";
import type { State } from "./machine/effect.js";
import type { ClientOptions, StateListener, SubscribeOptions } from "./options.js";
import type { ProgressSavers } from "./progress-savers.js";
import { StateListeners } from "./state-listeners.js";
import type { Subscription } from "./subscription.js";
import { type ControllerConfig, SubscriptionController } from "./subscription-controller.js";
import { Transport } from "./transport.js";

/** Connects, and reconnects until `close`. `Events` has the type of the data of each event type. */
export function createClient<Events extends object = UntypedEvents>(options: ClientOptions): Client<Events> {
  return new Client(options);
}

export class Client<Events extends object = UntypedEvents> {
  /** @internal */
  readonly transport: Transport;
  /** @internal The subscriptions and collections to close with the client. */
  readonly open = new Set<{ close(): void }>();
  readonly #states = new StateListeners();
  readonly #savers: ProgressSavers | undefined;

  constructor(options: ClientOptions) {
    const { store } = options;
    // In JavaScript, nothing else refuses an object with `load` and `save`.
    if (store && !store.savers) throw new Error("createClient: the option store needs createStore");
    this.#savers = store?.savers();
    this.transport = new Transport({ ...options, onState: (state, reason) => this.#states.report(state, reason) });
  }

  get state(): State {
    return this.transport.state;
  }

  /** Why the client has this state. While there is no connection: what to check. */
  get reason(): string {
    return this.transport.reason;
  }

  /** Calls the listener after every change of the state. Returns a function that removes it. Without a listener, the
   * console shows why there is no connection. */
  on(_name: "state", listener: StateListener): () => void {
    return this.#states.add(listener);
  }

  /** Subscribes to a subject (`orders/acme/1001`) or a pattern (`orders/acme/*`). At most 100 for one client. Several
   * subscriptions can have the same subject: each receives its events, and the server has one. */
  subscribe<Type extends EventType<Events> = never>(
    subjects: string | readonly string[],
    options: SubscribeOptions<Events, Type> = {},
  ): Subscription<Received<Events, Type>> {
    // In one order, so that the default name is the same.
    const filter = { subjects: [...new Set([subjects].flat())].sort(), types: options.types && [...options.types].sort() };
    if (!subjects.length || filter.types?.length === 0) throw new Error("subscribe: no subject or no type. Use one or more, or leave out types");
    const name = options.name ?? filter.subjects.concat(filter.types ?? []).join(",");
    const controller = this.#createController({ ...filter, read: options, saver: this.#savers?.get(name) });
    if (this.state === "closed") controller.subscription.close();
    else void controller.start(options.bookmark);
    return controller.subscription;
  }

  /** Closes the connection and every subscription. */
  close(): void {
    // First, so that no subscription sends an unsubscribe.
    this.transport.close();
    for (const one of [...this.open]) one.close();
  }

  #createController(config: Omit<ControllerConfig, "transport" | "onClose">): SubscriptionController {
    const onClose = () => this.open.delete(controller.subscription);
    const controller = new SubscriptionController({ ...config, transport: this.transport, onClose });
    this.open.add(controller.subscription);
    return controller;
  }
}
