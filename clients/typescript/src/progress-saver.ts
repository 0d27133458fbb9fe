import { asError } from "./errors.js";
import { Progress } from "./machine/progress.js";
import type { Store } from "./stores.js";

/** A subscription whose progress is saved. */
export interface Saved {
  /** Undefined until the subscription has started. */
  progress(): Progress | undefined;
  /** The store could not load or save. */
  failed(error: Error): void;
}

/** Saves the progress under one name: the least of all open subscriptions with this name. Combines changes, and runs at
 * most one save at a time. */
export class ProgressSaver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  /** True if the progress changed since the running save began. */
  #isOutdated = false;
  readonly #open = new Set<Saved>();
  /** The subscription that closed last, if no other is open. A slow save may still need its progress. */
  #last: Saved | undefined;

  constructor(
    private readonly store: Store | undefined,
    private readonly name: string,
  ) {}

  /** Adds an open subscription. */
  add(subscription: Saved): void {
    this.#open.add(subscription);
    this.#last = undefined;
  }

  /** Removes a closed subscription, after a save. */
  delete(subscription: Saved): void {
    this.flush();
    this.#open.delete(subscription);
    if (this.#open.size === 0) this.#last = subscription;
    else this.schedule();
  }

  get isUnused(): boolean {
    return this.#open.size === 0;
  }

  /** Returns an empty progress if the store fails. The subscription then reports that events may be missing. */
  async load(subscription: Saved): Promise<string | undefined> {
    try {
      return (await this.store?.load(this.name)) ?? undefined;
    } catch (error) {
      subscription.failed(asError(error));
      return "";
    }
  }

  schedule(): void {
    if (this.store) this.#timer ??= setTimeout(() => this.flush());
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
      await this.store?.save(this.name, progress.text());
    } catch (error) {
      for (const subscription of this.#subscriptions) subscription.failed(asError(error));
    }
  }

  get #progress(): Progress {
    return Progress.least(this.#subscriptions.flatMap((subscription) => subscription.progress() ?? []));
  }

  get #subscriptions(): Saved[] {
    return this.#last ? [this.#last] : [...this.#open];
  }
}
