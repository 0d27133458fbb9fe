import { asError } from "./errors.js";
import { leastProgress } from "./machine/least-progress.js";
import type { Delivery } from "./machine/delivery.js";
import type { Progress } from "./machine/progress.js";
import type { StoreCallbacks } from "./stores.js";

/** A subscription whose progress is saved. */
export interface Saved {
  /** Undefined until the subscription has started. */
  readonly progress: Progress | undefined;
  /** Receives the errors of the store. */
  deliver(delivery: Delivery): void;
}

/** Saves the progress under one name: the least of all open subscriptions with this name. Combines changes, and runs at
 * most one save at a time. */
export class ProgressSaver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  /** True if the progress changed since the running save began. */
  #isOutdated = false;
  readonly #open = new Set<Saved>();
  /** The subscription that closed last. A slow save, a callback that ends later, and the next subscription can need its
   * progress. */
  #last: Saved | undefined;

  constructor(
    private readonly store: StoreCallbacks,
    private readonly name: string,
  ) {}

  /** Adds an open subscription. */
  add(subscription: Saved): void {
    this.#open.add(subscription);
  }

  /** Removes a closed subscription, after a save. */
  delete(subscription: Saved): void {
    this.flush();
    this.#open.delete(subscription);
    if (subscription.progress) this.#last = subscription;
    if (this.#open.size > 0) this.schedule();
  }

  /** Returns an empty progress if the store fails. The subscription then reports that events may be missing. */
  async load(subscription: Saved): Promise<string | undefined> {
    // Otherwise the store has the progress of closed ones.
    if (!this.#isSaving && this.#timer === undefined) this.#last = undefined;
    const progress = this.#progress;
    if (!progress.isEmpty) return progress.text();
    try {
      return (await this.store.load(this.name)) ?? undefined;
    } catch (error) {
      subscription.deliver(failure(error));
      return "";
    }
  }

  schedule(): void {
    this.#timer ??= setTimeout(() => this.flush());
  }

  /** Runs a scheduled save at once. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOutdated = true;
    if (!this.#isSaving) void this.#saveAll();
  }

  /** Two saves at once could leave the older progress in the store. */
  async #saveAll(): Promise<void> {
    this.#isSaving = true;
    while (this.#isOutdated) {
      this.#isOutdated = false;
      await this.#save();
    }
    this.#isSaving = false;
  }

  /** Keeps the stored progress while no open subscription has one. */
  async #save(): Promise<void> {
    const progress = this.#progress;
    if (progress.isEmpty) return;
    try {
      await this.store.save(this.name, progress.text());
    } catch (error) {
      for (const subscription of this.#open) subscription.deliver(failure(error));
    }
  }

  get #progress(): Progress {
    const open = leastProgress([...this.#open].flatMap((subscription) => subscription.progress ?? []));
    return open.isEmpty ? (this.#last?.progress ?? open) : open;
  }
}

function failure(error: unknown): Delivery {
  return { kind: "error", error: asError(error) };
}
