import { Progress } from "./machine/progress.js";
import type { SubscriptionState } from "./machine/subscription-state.js";
import { ProgressSaver } from "./progress-saver.js";
import type { Store } from "./stores.js";
import { Subscription, type SubscriptionListener } from "./subscription.js";
import type { Transport } from "./transport.js";

export interface ControllerConfig {
  subjects: string[];
  types: string[] | undefined;
  /** The name of the progress in the store. */
  name: string;
  store: Store | undefined;
  transport: Transport;
  onClose: () => void;
}

/** Connects one subscription with the transport and the store. Pauses it while its queue is full. */
export class SubscriptionController implements SubscriptionListener {
  readonly subscription: Subscription<never> = new Subscription(this);
  readonly #saver: ProgressSaver;
  #active: SubscriptionState | undefined;
  #paused: SubscriptionState | undefined;
  #isClosed = false;

  constructor(private readonly config: ControllerConfig) {
    const failed = (error: Error) => this.subscription.deliver({ kind: "error", error });
    this.#saver = new ProgressSaver(config.store, config.name, () => this.subscription.bookmark, failed);
  }

  get subjects(): string[] {
    return this.config.subjects;
  }

  /** Resumes from the bookmark, or from the progress in the store. */
  async start(bookmark: string | undefined): Promise<void> {
    const progress = await (bookmark ?? this.#saver.load());
    if (this.#isClosed) return;
    const { subjects, types, transport } = this.config;
    this.subscription.start(Progress.restore(progress ?? ""));
    this.#subscribe(transport.createSubscription({ subjects, types, progress }));
  }

  progressed(): void {
    this.#saver.schedule();
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
    this.#paused = undefined;
    this.#saver.flush();
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
