import type { State } from "./machine/effect.js";
import type { Options, SubscribeOptions } from "./options.js";
import type { EventOf, EventType, TooLarge } from "./protocol/event.js";
import type { Subscription } from "./subscription.js";
import { SubscriptionController } from "./subscription-controller.js";
import { Transport } from "./transport.js";

/** Connects, and reconnects until `close`. */
export function connect(options: Options): Client {
  return new Client(options);
}

export class Client {
  readonly #transport: Transport;
  readonly #controllers = new Set<SubscriptionController>();

  constructor(private readonly options: Options) {
    this.#transport = new Transport(options);
  }

  get state(): State {
    return this.#transport.state;
  }

  /** Subscribes to a subject (`orders/acme/1001`) or a pattern (`orders/acme/*`). At most 100 for one client. */
  subscribe<Type extends EventType = EventType>(
    subjects: string | readonly string[],
    options: SubscribeOptions<Type> = {},
  ): Subscription<EventOf<Type> | TooLarge> {
    const filter = { subjects: [subjects].flat(), types: options.types && [...options.types] };
    this.#rejectDuplicates(filter.subjects);
    const name = options.name ?? [...filter.subjects, ...(filter.types ?? [])].join(",");
    const controller = this.#createController(filter, name);
    void controller.start(options.bookmark);
    return controller.subscription;
  }

  /** Closes the connection and every subscription. */
  close(): void {
    for (const { subscription } of [...this.#controllers]) subscription.close();
    this.#transport.close();
  }

  #createController(filter: { subjects: string[]; types: string[] | undefined }, name: string): SubscriptionController {
    const onClose = () => this.#controllers.delete(controller);
    const config = { ...filter, name, store: this.options.store, transport: this.#transport, onClose };
    const controller = new SubscriptionController(config);
    this.#controllers.add(controller);
    return controller;
  }

  #rejectDuplicates(subjects: string[]): void {
    const subscribed = [...this.#controllers].flatMap((controller) => controller.subjects);
    const duplicate = subjects.find((subject) => subscribed.includes(subject));
    if (duplicate === undefined) return;
    const advice = "close it first, or use another client";
    throw new Error(`subscribe: the client has a subscription to ${duplicate} already: ${advice}`);
  }
}
