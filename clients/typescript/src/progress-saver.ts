import { asError } from "./errors.js";
import { leastProgress } from "./machine/least-progress.js";
import type { Delivery } from "./machine/delivery.js";
import type { Progress } from "./machine/progress.js";
import { SavePace } from "./save-pace.js";
import type { StoreCallbacks } from "./stores.js";

/** A subscription whose progress is saved. */
export interface Saved {
  /** Undefined until the subscription has started. */
  readonly progress: Progress | undefined;
  /** Receives the errors of the store. */
  deliver(delivery: Delivery): void;
}

/** Saves the progress under one name: the least of all open subscriptions with this name. Combines changes, and runs at
 * most one save at a time. A subscription that closes is saved at once. */
export class ProgressSaver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  /** True if the progress changed since the running save began. */
  #isOutdated = false;
  /** True if the next save follows the running one at once. */
  #isUrgent = false;
  readonly #pace = new SavePace();
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

  /** Saves when the pace allows. A closed subscription does not wait: the page may end. */
  schedule(): void {
    if (this.#isSaving) this.#isOutdated = true;
    else this.#timer ??= setTimeout(() => this.flush(), this.#open.size > 0 ? this.#pace.delay : 0);
  }

  /** Saves changes without a delay. */
  flush(): void {
    if (this.#isSaving) this.#isUrgent = this.#isOutdated;
    else if (this.#timer !== undefined) void this.#saveAll();
  }

  /** Two saves at once could leave the older progress in the store. */
  async #saveAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSaving = true;
    do {
      this.#isOutdated = this.#isUrgent = false;
      await this.#save();
      this.#pace.saved();
    } while (this.#isUrgent);
    this.#isSaving = false;
    if (this.#isOutdated) this.schedule();
  }

  /** Keeps the stored progress while no open subscription has one. */
  async #save(): Promise<void> {
    try {
      await this.#pace.measure(() => {
        const progress = this.#progress;
        return progress.isEmpty ? undefined : this.store.save(this.name, progress.text());
      });
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
