import { type ConnectionOptions, Connections } from "./connections.js";
import type { State } from "./machine/effect.js";
import type { Interest } from "./machine/interest.js";
import { Progress } from "./machine/progress.js";
import type { EventOf, EventType, TooLarge } from "./protocol/event.js";
import { Saver, type Store } from "./stores.js";
import { Subscription } from "./subscription.js";

export interface Options extends ConnectionOptions {
  /** Where to keep how far each subscription is; without one, a new page or process begins anew. */
  store?: Store;
}

export interface SubscribeOptions<Type extends EventType> {
  /** Only these. */
  types?: readonly Type[];
  /** What the store knows it by: else its subjects and types. */
  name?: string;
  /** Where to go on: else where the store says. */
  bookmark?: string;
}

/** Opens a connection, and keeps one open until it is closed. */
export function connect(options: Options): Client {
  return new Client(options);
}

export class Client {
  readonly #connections: Connections;
  readonly #subscriptions = new Map<Interest, Subscription<unknown>>();
  /** Which wait for their application: how each goes on. */
  readonly #full = new Map<Subscription<unknown>, Interest>();
  readonly #open = new Map<Subscription<unknown>, { subjects: string[]; saver: Saver }>();

  constructor(private readonly options: Options) {
    this.#connections = new Connections(options, {
      deliver: (interest, step) => this.#subscriptions.get(interest)?.push(step),
      confirm: (interest) => this.#subscriptions.get(interest)?.confirm(),
    });
  }

  get state(): State {
    return this.#connections.machine.state;
  }

  /** `orders/acme/1001`, or all below a path: `orders/acme/*`; 100 at most. */
  subscribe<Type extends EventType = EventType>(
    subjects: string | readonly string[],
    options: SubscribeOptions<Type> = {},
  ): Subscription<EventOf<Type> | TooLarge> {
    const wanted = { subjects: [subjects].flat(), types: options.types && [...options.types] };
    const taken = [...this.#open.values()].flatMap((other) => other.subjects);
    const twice = wanted.subjects.find((subject) => taken.includes(subject));
    if (twice !== undefined) throw new Error(`this client is subscribed to ${twice} already`);
    const name = options.name ?? [...wanted.subjects, ...(wanted.types ?? [])].join(",");
    return this.#begin(wanted, name, options.bookmark);
  }

  /** Nothing comes any more, and every iteration ends. */
  close(): void {
    for (const subscription of [...this.#open.keys()]) subscription.close();
    this.#connections.close();
  }

  #begin(wanted: { subjects: string[]; types: string[] | undefined }, name: string, bookmark: string | undefined) {
    const saver = new Saver(this.options.store, name, () => subscription.bookmark, (error) => {
      subscription.push({ kind: "problem", problem: error });
    });
    const subscription: Subscription<never> = new Subscription({
      passed: () => saver.later(),
      full: () => this.#pause(subscription),
      drained: () => this.#resume(subscription),
      end: () => this.#end(subscription),
    });
    this.#open.set(subscription, { subjects: wanted.subjects, saver });
    void saver.load(bookmark).then((progress) => this.#subscribe(subscription, { ...wanted, progress }));
    return subscription;
  }

  #subscribe(
    subscription: Subscription<unknown>,
    wanted: { subjects: string[]; types: string[] | undefined; progress: string | undefined },
  ): void {
    if (!this.#open.has(subscription)) return;
    const { machine } = this.#connections;
    subscription.begin(Progress.restore(wanted.progress ?? ""));
    this.#ask(machine.interest(wanted), subscription);
  }

  #pause(subscription: Subscription<unknown>): void {
    const interest = this.#interest(subscription);
    if (!interest) return;
    this.#full.set(subscription, interest.again());
    this.#leave(interest);
  }

  #resume(subscription: Subscription<unknown>): void {
    const interest = this.#full.get(subscription);
    this.#full.delete(subscription);
    if (interest) this.#ask(interest, subscription);
  }

  #end(subscription: Subscription<unknown>): void {
    this.#open.get(subscription)?.saver.now();
    this.#open.delete(subscription);
    this.#full.delete(subscription);
    const interest = this.#interest(subscription);
    if (interest) this.#leave(interest);
  }

  #interest(subscription: Subscription<unknown>): Interest | undefined {
    return [...this.#subscriptions].find(([, other]) => other === subscription)?.[0];
  }

  #ask(interest: Interest, subscription: Subscription<unknown>): void {
    this.#subscriptions.set(interest, subscription);
    this.#connections.run(this.#connections.machine.subscribe(interest, Date.now()));
  }

  /** From then on nothing is told for it any more. */
  #leave(interest: Interest): void {
    this.#subscriptions.delete(interest);
    this.#connections.run(this.#connections.machine.unsubscribe(interest, Date.now()));
  }
}
