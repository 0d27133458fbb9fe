import type { Delivery } from "../../src/machine/delivery.js";
import { Progress } from "../../src/machine/progress.js";
import type { SubscriptionState } from "../../src/machine/subscription-state.js";
import { isWanted, type Logged, SUBJECTS } from "./simulated-server.js";

/** An application with one subscription and a store. It records the events that it received. */
export class SimulatedApp {
  readonly received: Logged[] = [];
  readonly errors: string[] = [];
  /** The subscription, unless it is paused. */
  active: SubscriptionState | undefined;
  /** The subscription to continue with after the queue is empty. */
  paused: SubscriptionState | undefined;
  queue: Delivery[] = [];
  saved: string | undefined;
  #progress = new Progress();
  /** The offset of the first confirmation. */
  #startOffset = Infinity;

  constructor(
    readonly subjects: string[],
    readonly types?: string[],
  ) {}

  /** Loses everything but the saved progress. */
  reload(): void {
    this.queue = [];
    this.paused = undefined;
    this.#progress = Progress.restore(this.saved ?? "");
  }

  /** Handles the next delivery, and saves the progress. */
  read(log: Logged[]): void {
    const delivery = this.queue.shift()!;
    if (delivery.kind === "event") this.received.push(log[Number(delivery.event.id) - 1]!);
    if (delivery.kind === "error") this.errors.push(delivery.error.message);
    if (delivery.kind === "start") this.#startOffset = Math.min(this.#startOffset, delivery.position.offset);
    this.#progress.add(delivery);
    this.saved = this.#progress.text();
  }

  /** The offsets that the application must have received. */
  expected(log: Logged[]): number[] {
    const wanted = log.filter((logged) => isWanted(logged, this.subjects, this.types));
    return wanted.map(({ offset }) => offset).filter((offset) => offset > this.#startOffset);
  }

  /** True if the events of each subject arrived in the order of the log. */
  get isInOrder(): boolean {
    return SUBJECTS.every((subject) => {
      const offsets = this.received.filter((logged) => logged.subject === subject).map(({ offset }) => offset);
      return offsets.every((offset, n) => n === 0 || offsets[n - 1]! < offset);
    });
  }
}
