import { consoleReporter } from "./console-reporter.js";
import { Listeners } from "./listeners.js";
import type { State } from "./machine/effect.js";

/** The listeners of one client. Without any, the console shows why there is no connection. */
export class StateListeners extends Listeners<[State, string]> {
  readonly #console = consoleReporter();

  report(state: State, reason: string): void {
    if (this.size === 0) this.#console(state, reason);
    this.call(state, reason);
  }
}
