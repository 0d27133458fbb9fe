import { asError } from "./errors.js";
import type { Gap } from "./events.js";
import type { Delivery } from "./machine/delivery.js";
import type { Callbacks } from "./options.js";

/** Calls the functions of the application. */
export class DeliveryHandler {
  readonly #onGap: ((gap: Gap) => unknown) | undefined;
  readonly #onError: ((error: Error) => unknown) | undefined;

  /** With `onEvent`, there is no iteration that could return gaps and errors: the console shows them. */
  constructor(private readonly callbacks: Callbacks<never>) {
    const { onEvent, onGap, onError } = callbacks;
    this.#onGap = onGap ?? (onEvent && gapReporter());
    this.#onError = onError ?? (onEvent && reportError);
  }

  /** Returns whether an iteration must return the delivery, or throw it. */
  isForIteration({ kind }: Delivery): boolean {
    if (kind === "event") return !this.callbacks.onEvent;
    return kind === "gap" ? !this.#onGap : kind === "error" && !this.#onError;
  }

  async handle(delivery: Delivery): Promise<void> {
    try {
      await this.#call(delivery);
    } catch (error) {
      const { onError } = this.callbacks;
      if (!onError || delivery.kind === "error") throw error;
      await onError(asError(error));
    }
  }

  #call(delivery: Delivery): unknown {
    const { onEvent, onLate } = this.callbacks;
    if (delivery.kind === "event") return onEvent?.(delivery.event as never);
    if (delivery.kind === "late") return onLate?.(delivery.event as never);
    if (delivery.kind === "gap") return this.#onGap?.(delivery.gap);
    return delivery.kind === "error" && this.#onError?.(delivery.error);
  }
}

/** Reports the first gap. */
export function gapReporter(): (gap: Gap) => void {
  let isReported = false;
  return ({ source, reason }) => {
    if (isReported) return;
    isReported = true;
    console.warn(`tablecast: events of ${source} may be missing (${reason}). Set onGap, and fetch the current state there`);
  };
}

export function reportError(error: Error): void {
  console.error(`tablecast: ${error.message}. Set onError to handle this`);
}
