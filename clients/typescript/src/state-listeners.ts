import { Listeners } from "./listeners.js";
import type { State } from "./machine/effect.js";

/** The listeners of one client. Without any, the console shows why there is no connection: once, and again when the reason
 * changes. */
export class StateListeners extends Listeners<[State, string]> {
  #reported = "";

  report(state: State, reason: string): void {
    if (state === "live") this.#reported = "";
    if (this.size === 0 && state === "waiting" && reason !== this.#reported) {
      this.#reported = reason;
      console.warn(`tablecast: no connection, and the client tries again: ${reason}`);
    }
    this.call(state, reason);
  }
}
