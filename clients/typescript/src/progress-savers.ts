import { ProgressSaver } from "./progress-saver.js";
import type { StoreCallbacks } from "./stores.js";

/** The savers of one client, by the name of the progress. */
export class ProgressSavers {
  readonly #savers = new Map<string, ProgressSaver>();

  constructor(private readonly store: StoreCallbacks) {}

  /** Returns the saver that all open subscriptions with this name share. */
  get(name: string): ProgressSaver {
    return this.#savers.get(name) ?? this.#create(name);
  }

  #create(name: string): ProgressSaver {
    const forget = () => {
      if (this.#savers.get(name) === saver) this.#savers.delete(name);
    };
    const saver = new ProgressSaver(this.store, name, forget);
    this.#savers.set(name, saver);
    return saver;
  }
}
