import { ProgressSaver } from "./progress-saver.js";
import type { StoreCallbacks } from "./stores.js";

/** The savers of one client, by the name of the progress. */
export class ProgressSavers {
  /** A closed subscription keeps its saver while a callback can still end. */
  readonly #savers = new Map<string, WeakRef<ProgressSaver>>();
  readonly #unused = new FinalizationRegistry<string>((name) => {
    if (!this.#savers.get(name)?.deref()) this.#savers.delete(name);
  });

  constructor(private readonly store: StoreCallbacks) {}

  /** Returns the saver that all subscriptions with this name share. */
  get(name: string): ProgressSaver {
    return this.#savers.get(name)?.deref() ?? this.#create(name);
  }

  #create(name: string): ProgressSaver {
    const saver = new ProgressSaver(this.store, name);
    this.#savers.set(name, new WeakRef(saver));
    this.#unused.register(saver, name);
    return saver;
  }
}
