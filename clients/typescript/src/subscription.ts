import { Progress, type Step } from "./machine/progress.js";
import { Refused } from "./problems.js";

/** What a subscription needs of its client. */
export interface Owner {
  /** How far it is has changed. */
  passed(): void;
  /** So many events wait that no more shall come. */
  full(): void;
  /** All that waited is read. */
  drained(): void;
  end(): void;
}

/** Events that may wait to be read; then what follows stays in the server's log, until they are. */
const MOST_WAITING = 10_000;

type Reader = { wake: () => void };

/** The events of some subjects, in order and each once, over all reconnects.
 *
 * What cannot be told as an event is thrown in its place: `NotRecovered`, `InvalidEvent`, `Refused`, and what a store
 * throws. To go on after it, iterate again. An event counts as handled when the next is asked for. */
export class Subscription<Event> implements AsyncIterable<Event> {
  /** When the server has confirmed it: of every change from then on the event arrives. */
  readonly ready: Promise<void>;
  #confirm!: () => void;
  #refuse!: (why: Error) => void;
  #progress: Progress | undefined;
  readonly #steps: Step[] = [];
  #handling: Step | undefined;
  #reader: Reader | undefined;
  #ended = false;

  constructor(private readonly owner: Owner) {
    this.ready = new Promise((confirm, refuse) => {
      this.#confirm = confirm;
      this.#refuse = refuse;
    });
    this.ready.catch(() => {});
  }

  /** How far the application is, as text: where another subscription, elsewhere, can go on. */
  get bookmark(): string | undefined {
    return this.#progress?.text();
  }

  /** Calls `handler` with one event after the other, each when the one before is done, and `failed` with what would be
   * thrown. What the handler itself throws ends it. */
  async listen(handler: (event: Event) => unknown, failed: (problem: unknown) => unknown): Promise<void> {
    while (!this.#ended) {
      try {
        for await (const event of this) await handler(event);
      } catch (problem) {
        await failed(problem);
        if (this.#handling?.kind !== "problem") return;
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, void> {
    for (let step = await this.#next(); step; step = await this.#next()) {
      if (step.kind === "problem") throw step.problem;
      if (step.kind === "event") yield step.event as Event;
    }
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#steps.length = 0;
    this.#refuse(new Error("the subscription was closed"));
    this.owner.end();
    this.#reader?.wake();
  }

  /** @internal */
  begin(progress: Progress): void {
    this.#progress = progress;
  }

  /** @internal */
  push(step: Step): void {
    if (this.#ended) return;
    if (step.kind === "problem" && step.problem instanceof Refused) this.#refuse(step.problem);
    this.#steps.push(step);
    // Not at once: what else came with it is to be told too.
    if (this.#steps.length === MOST_WAITING) queueMicrotask(() => this.#isFull && this.owner.full());
    this.#reader?.wake();
  }

  /** @internal */
  confirm(): void {
    this.#confirm();
  }

  get #isFull(): boolean {
    return this.#steps.length >= MOST_WAITING;
  }

  /** The next event or problem; nothing after the end. */
  async #next(): Promise<Step | undefined> {
    if (this.#reader) throw new Error("somebody else reads this subscription: make another for each reader");
    this.#pass(this.#handling);
    this.#handling = undefined;
    while (!this.#ended) {
      const step = this.#steps.shift();
      if (!step) await this.#more();
      else if (step.kind === "event" || step.kind === "problem") return (this.#handling = step);
      else this.#pass(step);
    }
    return undefined;
  }

  async #more(): Promise<void> {
    this.owner.drained();
    await new Promise<void>((wake) => {
      this.#reader = { wake };
    });
    this.#reader = undefined;
  }

  #pass(step: Step | undefined): void {
    if (!step || !this.#progress) return;
    this.#progress.pass(step);
    this.owner.passed();
  }
}
