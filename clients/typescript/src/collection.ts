import type { Client } from "./client.js";
import { reportError } from "./delivery-handler.js";
import type { EventType, UntypedEvents } from "./events.js";
import { Listeners } from "./listeners.js";
import { CollectionState, type LoadStatus } from "./machine/collection-state.js";
import type { Delivery } from "./machine/delivery.js";
import type { Item } from "./machine/items.js";
import type { SubscriptionState } from "./machine/subscription-state.js";
import { removedType } from "./protocol/event-type.js";

/** `closed`: you closed the collection or the client. The items stay as they are. */
export type CollectionStatus = LoadStatus | "closed";

/** A change of a collection. Without subjects, only its status changed. */
export interface CollectionChange {
  /** The subjects whose items differ. */
  subjects: ReadonlySet<string>;
  /** True if a snapshot replaced all items. */
  replaced: boolean;
}

export interface CollectionOptions<Type> {
  /** The type of the state, such as `order.v1`. */
  type: Type;
  /** Closes the collection when it aborts. */
  signal?: AbortSignal | undefined;
  /** Receives each `Refused` and `InvalidEvent`. Default: the console shows it. */
  onError?: ((error: Error) => unknown) | undefined;
}

/** Loads the state of some subjects, and follows their changes. */
export function collection<Events extends object = UntypedEvents, Type extends EventType<Events> = EventType<Events>>(
  client: Client<Events>,
  subjects: string | readonly string[],
  options: CollectionOptions<Type>,
): Collection<Events[Type]> {
  if (subjects.length === 0) throw new Error("collection: no subject. Use one or more, such as orders/acme/*");
  return new Collection(client, [...new Set([subjects].flat())], options);
}

/** A live, read-only map from subjects to data. It never shows a part of a snapshot. */
export class Collection<Data> implements Iterable<[string, Data]> {
  /** Resolves with the first snapshot. Rejects if the server refuses every subject, or `close` comes first. */
  readonly ready: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  readonly #state: CollectionState;
  readonly #subscription: SubscriptionState;
  readonly #listeners = new Listeners<[CollectionChange]>();
  /** The change that the listeners receive after all deliveries of a frame. */
  #change: { subjects: Set<string>; replaced: boolean } | undefined;
  #items: ReadonlyMap<string, Data> | undefined;
  #missing: ReadonlyMap<string, string> | undefined;
  #isClosed = false;
  readonly #close = () => this.close();

  /** @internal */
  constructor(
    private readonly client: Pick<Client, "transport" | "open">,
    subjects: string[],
    private readonly options: CollectionOptions<string>,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => {});
    const { type, signal } = options;
    const types = [type, removedType(type)];
    this.#state = new CollectionState(subjects, type, Math.random);
    this.#subscription = client.transport.createSubscription({ subjects, types, loader: this.#state });
    if (signal?.aborted || client.transport.state === "closed") this.close();
    else this.#start();
  }

  /** The state of the items: it shows if they follow every change. */
  get status(): CollectionStatus {
    return this.#isClosed ? "closed" : this.#state.status;
  }

  /** The data by subject. Another map replaces it when something changes. */
  get items(): ReadonlyMap<string, Data> {
    return (this.#items ??= this.#view(({ missing }) => missing === undefined, ({ data }) => data as Data));
  }

  /** The subjects of items that the server cannot send, with the reason: `invalid` or `too-large`. */
  get missing(): ReadonlyMap<string, string> {
    return (this.#missing ??= this.#view(({ missing }) => missing !== undefined, ({ missing = "" }) => missing));
  }

  /** The number of items that the server cannot send, and did not name. */
  get unnamed(): number {
    return this.#state.unnamed;
  }

  get size(): number {
    return this.items.size;
  }

  get(subject: string): Data | undefined {
    return this.items.get(subject);
  }

  has(subject: string): boolean {
    return this.items.has(subject);
  }

  keys(): IterableIterator<string> {
    return this.items.keys();
  }

  values(): IterableIterator<Data> {
    return this.items.values();
  }

  entries(): IterableIterator<[string, Data]> {
    return this.items.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, Data]> {
    return this.items.entries();
  }

  /** Calls the listener after changes: once for all events of a frame. Returns a function that removes it. */
  on(_name: "change", listener: (change: CollectionChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Ends the changes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reject(new Error("the application closed the collection"));
    this.options.signal?.removeEventListener("abort", this.#close);
    this.client.open.delete(this);
    this.client.transport.unsubscribe(this.#subscription);
    this.#changed([], false);
  }

  #start(): void {
    this.options.signal?.addEventListener("abort", this.#close);
    this.client.open.add(this);
    const deliver = (delivery: Delivery) => this.#deliver(delivery);
    this.client.transport.subscribe(this.#subscription, { deliver, confirm: () => {} });
  }

  #deliver(delivery: Delivery): void {
    if (delivery.kind === "changed") this.#changed(delivery.subjects, delivery.replaced);
    if (delivery.kind !== "error") return;
    // Later: an error of the application must not end the effects that run now.
    queueMicrotask(() => (this.options.onError ?? reportError)(delivery.error));
    if (this.#state.status === "refused") this.#reject(delivery.error);
  }

  #changed(subjects: string[], replaced: boolean): void {
    if (replaced || subjects.length > 0) this.#items = this.#missing = undefined;
    if (!this.#change) queueMicrotask(() => this.#report());
    this.#change ??= { subjects: new Set(), replaced };
    this.#change.replaced ||= replaced;
    for (const subject of subjects) this.#change.subjects.add(subject);
  }

  #report(): void {
    const change = this.#change;
    this.#change = undefined;
    if (change) this.#listeners.call(change);
    // Listeners that the application adds now receive the next change.
    if (change?.replaced) this.#resolve();
  }

  #view<Value>(has: (item: Item) => boolean, value: (item: Item) => Value): ReadonlyMap<string, Value> {
    const items = [...this.#state.items.all].filter(([, item]) => has(item));
    return new Map(items.map(([subject, item]) => [subject, value(item)]));
  }
}
