import type { Resumption } from "../protocol/answer.js";
import type { CloudEvent } from "../protocol/event.js";
import { type Position, position } from "../protocol/position.js";
import type { Interest } from "./interest.js";
import type { Step } from "./progress.js";

/** The events for interests that are not caught up on a connection. Those of which the same events may be are caught up
 * together: what is told again to one could not be told from what is new to the other. */
export class Holding {
  #events: CloudEvent[] = [];
  #resumptions = new Map<string, Resumption>();
  #answer: Map<string, Position> | undefined;

  interests: readonly Interest[];

  constructor(
    interests: Interest[],
    /** Whether the server pushes nothing of it yet: then what comes up to where it tells again, is told in order. */
    private readonly isSilent: boolean,
    /** Which had everything before that, as far as anyone knows. */
    private readonly live: ReadonlySet<Interest>,
  ) {
    this.interests = interests;
  }

  keep(whether: (interest: Interest) => boolean): void {
    this.interests = this.interests.filter(whether);
  }

  add(event: CloudEvent): void {
    if (this.interests.some((interest) => interest.wants(event))) this.#events.push(event);
  }

  resumed(resumptions: Map<string, Resumption>): void {
    this.#resumptions = resumptions;
  }

  answered(answer: Map<string, Position>): void {
    this.#answer = answer;
  }

  /** The server has told everything that it was to tell again. */
  get isComplete(): boolean {
    return this.#answer !== undefined;
  }

  /** For one of the interests: what is certain to come after nothing that is missing. */
  release(interest: Interest): Step[] {
    const wanted = this.#events.filter((event) => interest.wants(event));
    if (this.#answer) return interest.caughtUp(this.#answer, this.#resumptions, wanted, this.live.has(interest));
    return wanted.filter((event) => this.#isReplay(event, interest)).flatMap((event) => interest.take(event));
  }

  /** After all have got it. */
  forget(): void {
    this.#events = this.#events.filter((event) => !this.interests.some((interest) => this.#isReplay(event, interest)));
  }

  #isReplay(event: CloudEvent, interest: Interest): boolean {
    if (!this.isSilent) return false;
    const [to, at] = [position(this.#resumptions.get(event.source)?.position), position(event.position)];
    const isTold = to !== undefined && at !== undefined && to.epoch === at.epoch && at.offset <= to.offset;
    return isTold && interest.progress.isIn(event.source, at);
  }
}
