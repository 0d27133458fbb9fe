/** Where subscriptions keep how far they are. The text is theirs; `load` gives what was saved last under that name. */
export interface Store {
  load(name: string): string | null | undefined | Promise<string | null | undefined>;
  save(name: string, progress: string): void | Promise<void>;
}

/** As long as the page or process lives. */
export function memoryStore(): Store {
  const places = new Map<string, string>();
  return {
    load: (name) => places.get(name),
    save: (name, progress) => void places.set(name, progress),
  };
}

/** `localStorage`: what a reload of the page leaves. */
export function webStore(storage: Pick<Storage, "getItem" | "setItem">, prefix = "tablecast:"): Store {
  return {
    load: (name) => storage.getItem(prefix + name),
    save: (name, progress) => storage.setItem(prefix + name, progress),
  };
}

/** Saves how far one subscription is, many steps at once. */
export class Saver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  /** Whether there is something newer than what is being saved. */
  #isBehind = false;

  constructor(
    private readonly store: Store | undefined,
    private readonly name: string,
    private readonly progress: () => string | undefined,
    private readonly failed: (error: Error) => void,
  ) {}

  /** What is there but cannot be read is a progress that nobody knows: the subscription says so. */
  async load(bookmark: string | undefined): Promise<string | undefined> {
    if (bookmark !== undefined) return bookmark;
    try {
      return (await this.store?.load(this.name)) ?? undefined;
    } catch (error) {
      this.failed(asError(error));
      return "";
    }
  }

  later(): void {
    if (this.store) this.#timer ??= setTimeout(() => this.now());
  }

  now(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isBehind = true;
    if (!this.#isSaving) void this.#saveAll();
  }

  /** One after the other: of two at once, the older could be what stays. */
  async #saveAll(): Promise<void> {
    this.#isSaving = true;
    while (this.#isBehind) {
      this.#isBehind = false;
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
