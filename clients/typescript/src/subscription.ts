import { Refused } from "./errors.js";
import type { Delivery } from "./machine/delivery.js";
import type { Progress } from "./machine/progress.js";
import type { CloudEvent } from "./protocol/event.js";

/** Reacts to changes of a subscription. */
export interface SubscriptionListener {
  /** The progress of the application changed. */
  progressed(): void;
  /** The queue is full: receive no more. */
  full(): void;
  /** The queue is empty. */
  drained(): void;
  closed(): void;
}

/** The most deliveries that wait for the application. The server's log keeps the following events. */
const MAX_QUEUED = 10_000;

/** The events of some subjects, in order and each once, over all connections.
 *
 * An iteration throws an error in place of an event: `NotRecovered`, `InvalidEvent`, `Refused`, or an error of the
 * store. Iterate again to continue. An event is handled when the application requests the next one. */
export class Subscription<Event> implements AsyncIterable<Event> {
  /** Resolves when the server confirms the subscription. Every event of a later change arrives. Rejects when the server
   * refuses a subject, or `close` comes first. Waits while there is no connection: `onState` reports why. */
  readonly ready: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  #progress: Progress | undefined;
  readonly #queue: Delivery[] = [];
  /** The delivery that the application handles now. */
  #handling: Delivery | undefined;
  /** Wakes the iteration that waits for a delivery. */
  #wake: (() => void) | undefined;
  #isClosed = false;
  #late = 0;

  constructor(
    private readonly listener: SubscriptionListener,
    private readonly onLate?: (event: never) => unknown,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => {});
  }

  /** The progress of the application as text. Another subscription can resume from it. */
  get bookmark(): string | undefined {
    return this.#progress?.text();
  }

  /** The number of late events so far, which iterations leave out. */
  get late(): number {
    return this.#late;
  }

  /** @internal */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** Calls `onEvent` for each event and `onError` for each error, one call at a time. Ends when `onEvent` throws. */
  async listen(onEvent: (event: Event) => unknown, onError: (error: unknown) => unknown): Promise<void> {
    while (!this.#isClosed) {
      try {
        for await (const event of this) await onEvent(event);
      } catch (error) {
        await onError(error);
        if (this.#handling?.kind !== "error") return;
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, void> {
    for (let delivery = await this.#next(); delivery; delivery = await this.#next()) {
      if (delivery.kind === "error") throw delivery.error;
      if (delivery.kind === "event") yield delivery.event as Event;
    }
  }

  /** Ends every iteration. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue.length = 0;
    this.#reject(new Error("the application closed the subscription"));
    this.listener.closed();
    this.#wake?.();
  }

  /** @internal */
  start(progress: Progress): void {
    this.#progress = progress;
  }

  /** @internal */
  deliver(delivery: Delivery): void {
    if (this.#isClosed) return;
    if (delivery.kind === "error" && delivery.error instanceof Refused) this.#reject(delivery.error);
    this.#queue.push(delivery);
    // Wait for the other deliveries of the same frame.
    if (this.#queue.length === MAX_QUEUED) queueMicrotask(() => this.#isFull && this.listener.full());
    this.#wake?.();
  }

  /** @internal */
  confirm(): void {
    this.#resolve();
  }

  get #isFull(): boolean {
    return this.#queue.length >= MAX_QUEUED;
  }

  /** Returns the next event or error, or `undefined` after `close`. */
  async #next(): Promise<Delivery | undefined> {
    if (this.#wake) throw new Error("this subscription has a reader already: create one subscription for each reader");
    this.#handled(this.#handling);
    this.#handling = undefined;
    while (!this.#isClosed) {
      const delivery = this.#queue.shift();
      if (!delivery) await this.#wait();
      else if (delivery.kind === "event" || delivery.kind === "error") return (this.#handling = delivery);
      else {
        if (delivery.kind === "late") await this.#skipped(delivery.event);
        this.#handled(delivery);
      }
    }
    return undefined;
  }

  async #skipped(event: CloudEvent): Promise<void> {
    this.#late++;
    await this.onLate?.(event as never);
  }

  async #wait(): Promise<void> {
    this.listener.drained();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  #handled(delivery: Delivery | undefined): void {
    if (!delivery || !this.#progress) return;
    this.#progress.add(delivery);
    this.listener.progressed();
  }
}
