import type { State } from "./machine/effect.js";
import type { Options, SubscribeOptions } from "./options.js";
import type { EventOf, EventType, TooLarge } from "./protocol/event.js";
import { ProgressSaver } from "./progress-saver.js";
import type { Subscription } from "./subscription.js";
import { type ControllerConfig, SubscriptionController } from "./subscription-controller.js";
import { Transport } from "./transport.js";

/** Connects, and reconnects until `close`. */
export function connect(options: Options): Client {
  return new Client(options);
}

export class Client {
  readonly #transport: Transport;
  readonly #controllers = new Set<SubscriptionController>();
  /** By the name of the progress in the store. */
  readonly #savers = new Map<string, ProgressSaver>();

  constructor(private readonly options: Options) {
    this.#transport = new Transport(options);
  }

  get state(): State {
    return this.#transport.state;
  }

  /** Subscribes to a subject (`orders/acme/1001`) or a pattern (`orders/acme/*`). At most 100 for one client. Several
   * subscriptions can have the same subject: each receives its events, and the server has one. */
  subscribe<Type extends EventType = EventType>(
    subjects: string | readonly string[],
    options: SubscribeOptions<Type> = {},
  ): Subscription<EventOf<Type> | TooLarge> {
    const filter = { subjects: [...new Set([subjects].flat())], types: options.types && [...options.types] };
    const name = options.name ?? [...filter.subjects, ...(filter.types ?? [])].join(",");
    const controller = this.#createController({ ...filter, onLate: options.onLate }, name);
    void controller.start(options.bookmark);
    return controller.subscription;
  }

  /** Closes the connection and every subscription. */
  close(): void {
    for (const { subscription } of [...this.#controllers]) subscription.close();
    this.#transport.close();
  }

  #createController(config: Pick<ControllerConfig, "subjects" | "types" | "onLate">, name: string): SubscriptionController {
    const saver = this.#savers.get(name) ?? new ProgressSaver(this.options.store, name);
    this.#savers.set(name, saver);
    const onClose = () => {
      this.#controllers.delete(controller);
      if (saver.isUnused) this.#savers.delete(name);
    };
    const controller = new SubscriptionController({ ...config, saver, transport: this.#transport, onClose });
    this.#controllers.add(controller);
    return controller;
  }
}
