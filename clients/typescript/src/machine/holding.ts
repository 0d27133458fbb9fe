import type { Log } from "../protocol/answer.js";
import type { CloudEvent } from "../protocol/event.js";
import type { Interest } from "./interest.js";
import type { Step } from "./progress.js";

/** The events for an interest that is not caught up on a connection. */
export class Holding {
  readonly #events: CloudEvent[] = [];
  #answer: Log[] | "refused" | undefined;

  constructor(readonly interest: Interest) {}

  add(event: CloudEvent): void {
    this.#events.push(event);
  }

  answered(answer: Log[] | "refused"): void {
    this.#answer = answer;
  }

  /** The server has told everything that it was to tell again. */
  get isComplete(): boolean {
    return this.#answer !== undefined;
  }

  release(now: number): Step[] {
    const logs = this.#answer ?? "refused";
    return logs === "refused" ? [] : this.interest.caughtUp(logs, this.#events, now);
  }
}
