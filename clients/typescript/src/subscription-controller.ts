import { Progress } from "./machine/progress.js";
import type { SubscriptionState } from "./machine/subscription-state.js";
import type { ReadOptions } from "./options.js";
import type { ProgressSaver } from "./progress-saver.js";
import { Subscription, type SubscriptionListener } from "./subscription.js";
import type { Transport } from "./transport.js";

export interface ControllerConfig {
  subjects: string[];
  types: string[] | undefined;
  read: ReadOptions<never>;
  /** Undefined without a store. */
  saver: ProgressSaver | undefined;
  transport: Transport;
  onClose: () => void;
}

/** Connects one subscription with the transport and the store. Pauses it while its queue is full. */
export class SubscriptionController implements SubscriptionListener {
  readonly subscription: Subscription<never>;
  #active: SubscriptionState | undefined;
  #paused: SubscriptionState | undefined;
  #isClosed = false;
  readonly #abort = () => this.subscription.close();

  constructor(private readonly config: ControllerConfig) {
    this.subscription = new Subscription(this, config.read, config.subjects.length);
    config.saver?.add(this.subscription);
  }

  /** Resumes from the bookmark, or from the progress in the store. */
  async start(bookmark: string | undefined): Promise<void> {
    const { signal } = this.config.read;
    if (signal?.aborted) return this.subscription.close();
    signal?.addEventListener("abort", this.#abort);
    const progress = await (bookmark ?? this.config.saver?.load(this.subscription));
    if (this.#isClosed) return;
    const { subjects, types, transport } = this.config;
    this.subscription.start(Progress.restore(progress ?? ""));
    this.#subscribe(transport.createSubscription({ subjects, types, progress }));
  }

  progressed(): void {
    this.config.saver?.schedule();
  }

  full(): void {
    if (!this.#active) return;
    this.#paused = this.#active.copy();
    this.#unsubscribe();
  }

  drained(): void {
    const paused = this.#paused;
    this.#paused = undefined;
    if (paused) this.#subscribe(paused);
  }

  closed(): void {
    this.#isClosed = true;
    this.config.read.signal?.removeEventListener("abort", this.#abort);
    this.config.saver?.delete(this.subscription);
    this.config.onClose();
    this.#unsubscribe();
  }

  #subscribe(state: SubscriptionState): void {
    this.#active = state;
    this.config.transport.subscribe(state, this.subscription);
  }

  #unsubscribe(): void {
    const state = this.#active;
    this.#active = undefined;
    if (state) this.config.transport.unsubscribe(state);
  }
}
