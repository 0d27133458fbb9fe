import { gapReporter } from "../delivery-handler.js";
import { asError } from "../errors.js";
import type { EventType, Received } from "../events.js";
import type { Callbacks as ClientCallbacks } from "../options.js";
import type { Latest } from "./latest.js";
import type { Rendered, UseEventsOptions } from "./use-events.js";

/** Calls the newest callbacks of a component, and none after the signal. None of a render with other subjects, either: the
 * signal aborts in an effect, which runs later. */
export class Callbacks<Events extends object, Type extends EventType<Events>> {
  /** Resolves when `onReady` has ended. */
  #ready: Promise<void> | undefined;
  readonly #reportGap = gapReporter();
  readonly #first: Rendered<Events, Type>;

  constructor(
    private readonly latest: Latest<Rendered<Events, Type>>,
    private readonly signal: AbortSignal,
  ) {
    this.#first = latest.current;
  }

  /** The callbacks for the client, which calls them one at a time. */
  get all(): ClientCallbacks<Received<Events, Type>> {
    return {
      onEvent: (event) => this.#call(({ onEvent }) => onEvent?.(event)),
      onLate: (event) => this.#call(({ onLate }) => onLate?.(event)),
      onGap: (gap) => this.#call(({ onGap = this.#reportGap }) => onGap(gap, this.signal)),
      onError: (error) => this.#call(({ onError = report }) => onError(error)),
    };
  }

  /** Calls `onReady`. The other callbacks wait for it. */
  confirmed(): void {
    this.#ready = this.#callReady();
  }

  get #isOver(): boolean {
    const { client, filter } = this.latest.current;
    return this.signal.aborted || client !== this.#first.client || filter !== this.#first.filter;
  }

  async #callReady(): Promise<void> {
    if (this.#isOver) return;
    const { onReady, onError = report } = this.latest.current.options;
    try {
      await onReady?.(this.signal);
    } catch (error) {
      if (!this.#isOver) await onError(asError(error));
    }
  }

  async #call(callback: (options: UseEventsOptions<Events, Type>) => unknown): Promise<void> {
    await this.#ready;
    // An event counts as handled when this returns. One that the component did not receive must arrive again.
    if (this.#isOver) return new Promise(() => {});
    await callback(this.latest.current.options);
  }
}

/** Reports an error as React reports those of event handlers: to the console, and to the listeners of `error`. */
function report(error: Error): void {
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
}
