import type { Resumption } from "../protocol/answer.js";
import type { CloudEvent } from "../protocol/event.js";
import { type Position, position } from "../protocol/position.js";
import type { Interest } from "./interest.js";
import type { Step } from "./progress.js";

/** The events for an interest that is not caught up on a connection. */
export class Holding {
  #events: CloudEvent[] = [];
  #resumptions = new Map<string, Resumption>();
  #answer: Map<string, Position> | "refused" | undefined;

  constructor(readonly interest: Interest) {}

  add(event: CloudEvent): void {
    this.#events.push(event);
  }

  resumed(resumptions: Map<string, Resumption>): void {
    this.#resumptions = resumptions;
  }

  answered(answer: Map<string, Position> | "refused"): void {
    this.#answer = answer;
  }

  /** The server has told everything that it was to tell again. */
  get isComplete(): boolean {
    return this.#answer !== undefined;
  }

  /** What is certain to come after nothing that is missing. */
  release(now: number): Step[] {
    if (this.#answer === "refused") return [];
    if (this.#answer) return this.interest.caughtUp(this.#answer, this.#resumptions, this.#events, now);
    const told: Step[] = [];
    this.#events = this.#events.filter((event) => {
      if (!this.#isReplay(event)) return true;
      told.push(...this.interest.take(event, now));
      return false;
    });
    return told;
  }

  #isReplay(event: CloudEvent): boolean {
    const [to, at] = [position(this.#resumptions.get(event.source)?.position), position(event.position)];
    return to !== undefined && at !== undefined && to.epoch === at.epoch && at.offset <= to.offset;
  }
}
