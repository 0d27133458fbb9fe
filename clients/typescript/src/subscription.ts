import { DeliveryHandler } from "./delivery-handler.js";
import { DeliveryQueue } from "./delivery-queue.js";
import { InvalidEvent, Refused } from "./errors.js";
import type { Gap } from "./events.js";
import type { Delivery } from "./machine/delivery.js";
import type { Progress } from "./machine/progress.js";
import type { ReadOptions } from "./options.js";

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

/** An iteration, or the calls of `onEvent`. */
interface Reader {
  /** Ended by `return` or an error. */
  isOver: boolean;
}

const DONE = { done: true, value: undefined } as const;

/** The events of some subjects, in order and each once, over all connections.
 *
 * Without `onEvent`, iterate over it. An iteration returns events and gaps. It throws an error, if there is no
 * `onError`: iterate again to continue. An event is handled when the application requests the next one, or when
 * `onEvent` returns. */
export class Subscription<Event> implements AsyncIterable<Event | Gap> {
  /** Resolves when the server confirms one of the subjects. Every event of a later change arrives. Rejects when the server
   * refuses all, or `close` comes first. Waits while there is no connection: `client.on("state")` reports why. */
  readonly ready: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  #progress: Progress | undefined;
  readonly #queue: DeliveryQueue;
  readonly #handler: DeliveryHandler;
  /** The delivery that the application handles now. */
  #handling: Delivery | undefined;
  /** Wakes the reader that waits for a delivery. */
  #wake: (() => void) | undefined;
  /** Whose calls of `next` wait for their results. */
  #reader: Reader | undefined;
  /** The last one of these calls, and how many there are. */
  #reading: Promise<unknown> | undefined;
  #reads = 0;
  #isClosed = false;
  #late = 0;

  constructor(
    private readonly listener: SubscriptionListener,
    options: ReadOptions<never>,
    /** The number of subjects that the server has not refused. */
    private subjects: number,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => {});
    this.#queue = new DeliveryQueue(options.newestOnly ?? false);
    this.#handler = new DeliveryHandler(options);
    if (options.onEvent) void this.#callUntilClosed();
  }

  /** The progress of the application as text. Another subscription can resume from it. */
  get bookmark(): string | undefined {
    return this.#progress?.text();
  }

  /** The number of late events so far, which iterations and `onEvent` do not receive. */
  get late(): number {
    return this.#late;
  }

  /** @internal */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Event | Gap> {
    const reader: Reader = { isOver: false };
    return {
      next: () => this.#next(reader),
      // Does not wait for `next`: what arrives later is for the next iteration.
      return: async () => {
        reader.isOver = true;
        this.#wake?.();
        return DONE;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Ends every iteration. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue.clear();
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
    if (delivery.kind === "error" && delivery.error instanceof Refused && --this.subjects === 0) this.#reject(delivery.error);
    if (delivery.kind === "late") this.#late++;
    this.#queue.add(delivery);
    // Wait for the other deliveries of the same frame.
    if (this.#queue.length === MAX_QUEUED) queueMicrotask(() => this.#queue.length >= MAX_QUEUED && this.listener.full());
    this.#wake?.();
  }

  /** @internal */
  confirm(): void {
    this.#resolve();
  }

  /** If a callback throws, there is no iteration that could: the error becomes an unhandled rejection. */
  async #callUntilClosed(): Promise<void> {
    await this.#next({ isOver: false }).catch((error: unknown) => {
      this.close();
      throw error;
    });
  }

  /** Reads after the earlier reads: those of this reader, and the last one of a reader that is over. */
  #next(reader: Reader): Promise<IteratorResult<Event | Gap>> {
    if (this.#reads > 0 && this.#reader !== reader && !this.#reader?.isOver) {
      return Promise.reject(new Error("this subscription has a reader already: create another subscription"));
    }
    this.#reader = reader;
    return (this.#reading = this.#read(reader, this.#reads++ > 0 ? this.#reading : undefined));
  }

  async #read(reader: Reader, before: Promise<unknown> | undefined): Promise<IteratorResult<Event | Gap>> {
    try {
      if (before) await Promise.allSettled([before]);
      if (!reader.isOver) {
        this.#handled(this.#handling);
        this.#handling = undefined;
      }
      while (!reader.isOver && !this.#isClosed) {
        const delivery = this.#queue.next();
        if (!delivery) await this.#wait();
        // The result is that of the promise at once. So it is never lost to `return`.
        else if (this.#handler.isForIteration(delivery)) return this.#handOut(delivery);
        else await this.#handle(delivery);
      }
      return DONE;
    } catch (error) {
      reader.isOver = true;
      throw error;
    } finally {
      this.#reads--;
    }
  }

  #handOut(delivery: Delivery): IteratorResult<Event | Gap> {
    this.#handling = delivery;
    if (delivery.kind === "error") throw delivery.error;
    return { done: false, value: delivery.kind === "gap" ? delivery.gap : ((delivery as { event?: unknown }).event as Event) };
  }

  async #handle(delivery: Delivery): Promise<void> {
    await this.#handler.handle(delivery);
    this.#handled(delivery);
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
    // Otherwise the error of each save would cause the next save.
    if (delivery.kind !== "error" || delivery.error instanceof InvalidEvent) this.listener.progressed();
  }
}
