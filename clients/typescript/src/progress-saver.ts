import type { Store } from "./stores.js";

/** Saves the progress of one subscription. Combines changes, and runs at most one save at a time. */
export class ProgressSaver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  /** True if the progress changed since the running save began. */
  #isOutdated = false;

  constructor(
    private readonly store: Store | undefined,
    private readonly name: string,
    private readonly progress: () => string | undefined,
    private readonly failed: (error: Error) => void,
  ) {}

  /** Returns an empty progress if the store fails. The subscription then reports that events may be missing. */
  async load(): Promise<string | undefined> {
    try {
      return (await this.store?.load(this.name)) ?? undefined;
    } catch (error) {
      this.failed(asError(error));
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

  async #save(): Promise<void> {
    try {
      await this.store?.save(this.name, this.progress() ?? "");
    } catch (error) {
      this.failed(asError(error));
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
