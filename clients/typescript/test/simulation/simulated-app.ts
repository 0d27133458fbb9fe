import type { Gap } from "../../src/events.js";
import type { Delivery } from "../../src/machine/delivery.js";
import { Progress } from "../../src/machine/progress.js";
import type { SubscriptionState } from "../../src/machine/subscription-state.js";
import type { Positions } from "../../src/protocol/position.js";
import { itemOf, type Logged } from "./simulated-log.js";
import { isWanted, WIDE } from "./simulated-server.js";

/** A delivery, and the ends of the logs when the client received it. */
export interface Queued {
  delivery: Delivery;
  logEnds: ReadonlyMap<string, number>;
}

/** An application with one subscription and a store. It records the events that it received. */
export class SimulatedApp {
  /** Since each load of the page. */
  received: Logged[][] = [[]];
  readonly errors: string[] = [];
  /** The subscription, unless it is paused. */
  active: SubscriptionState | undefined;
  /** The subscription to continue with after the queue is empty. */
  paused: SubscriptionState | undefined;
  queue: Queued[] = [];
  saved: string | undefined;
  #progress = new Progress();
  /** By source, the offset up to which events may be missing: before the first confirmation, or a reported gap. */
  readonly #missing = new Map<string, number>();
  #hasStarted = false;
  /** The sources with a gap that was reported, until the start that follows. */
  readonly #gaps = new Set<string>();

  constructor(
    readonly subjects: string[],
    readonly types?: string[],
  ) {}

  get isWide(): boolean {
    return this.subjects.includes("*");
  }

  /** Loses everything but the saved progress. */
  reload(): void {
    this.queue = [];
    this.paused = undefined;
    this.#gaps.clear();
    // A wide subscription cannot recognize the events of the page before.
    if (this.isWide) this.received.push([]);
    this.#progress = Progress.restore(this.saved ?? "");
  }

  /** Handles the next delivery, and saves the progress. */
  read(events: Logged[]): void {
    const { delivery, logEnds } = this.queue.shift()!;
    if (delivery.kind === "event") this.received.at(-1)!.push(events[Number(delivery.event.id) - 1]!);
    if (delivery.kind === "gap") this.#missed(delivery.gap);
    if (delivery.kind === "error") this.errors.push(delivery.error.message);
    if (delivery.kind === "start") this.#started(delivery.positions, logEnds);
    this.#progress.add(delivery);
    this.saved = this.#progress.text();
  }

  #missed({ source, reason }: Gap): void {
    this.errors.push(`events from ${source} may be missing (${reason})`);
    this.#gaps.add(source);
  }

  /** After the first confirmation, only a reported gap may lose events. */
  #started(positions: Positions, logEnds: ReadonlyMap<string, number>): void {
    for (const [source, { offset }] of positions) {
      if (this.#hasStarted && !this.#gaps.delete(source)) continue;
      const ends = source === WIDE ? [...logEnds] : [[source, offset] as const];
      for (const [name, end] of ends) this.#missing.set(name, Math.max(this.#missing.get(name) ?? 0, end));
    }
    this.#hasStarted = true;
  }

  /** The ids of the events that the application must have received. */
  expected(events: Logged[]): number[] {
    const isDue = ({ source, offset }: Logged) => offset > (this.#missing.get(source) ?? 0);
    const wanted = events.filter((logged) => isWanted(logged, this.subjects, this.types) && isDue(logged));
    return wanted.map(({ id }) => id);
  }

  /** True if each event arrived once, and the events of each item in the order of the log. */
  get isInOrder(): boolean {
    return this.received.every((received) => {
      const newest = new Map<string, number>();
      return received.every((logged) => {
        const isLater = (newest.get(itemOf(logged)) ?? 0) < logged.id;
        newest.set(itemOf(logged), logged.id);
        return isLater;
      });
    });
  }
}
