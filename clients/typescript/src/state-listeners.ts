import { consoleReporter } from "./console-reporter.js";
import type { State } from "./machine/effect.js";
import type { StateListener } from "./options.js";

/** The listeners of one client. Without any, the console shows why there is no connection. */
export class StateListeners {
  readonly #listeners = new Set<StateListener>();
  readonly #console = consoleReporter();

  /** Returns a function that removes the listener. */
  add(listener: StateListener): () => void {
    // The same function can be added twice.
    const added: StateListener = (state, reason) => listener(state, reason);
    this.#listeners.add(added);
    return () => void this.#listeners.delete(added);
  }

  /** A listener that throws does not affect the others. */
  report(state: State, reason: string): void {
    if (this.#listeners.size === 0) this.#console(state, reason);
    for (const listener of this.#listeners) {
      try {
        listener(state, reason);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
