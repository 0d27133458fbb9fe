import type { Resumption } from "../protocol/answer.js";
import type { Position } from "../protocol/position.js";
import { InvalidEvent, NotRecovered, Refused } from "../problems.js";
import { type CloudEvent, TOO_LARGE, type Validate } from "../protocol/event.js";
import { matches, overlap } from "../protocol/subject.js";
import { inOrder } from "./order.js";
import { REMEMBERED } from "./place.js";
import { Progress, type Step } from "./progress.js";
import { Recent } from "./recent.js";

export interface Wanted {
  subjects: string[];
  types?: string[] | undefined;
  /** How far an earlier one was: what `Progress` gave as text. */
  progress?: string | undefined;
}

/** A subscription of the application, over all connections. */
export class Interest {
  readonly subjects: string[];
  readonly types: string[] | undefined;
  readonly progress: Progress;
  /** Whether it goes on from somewhere: then nothing may be missing. */
  resumes: boolean;
  #ids = new Recent(REMEMBERED);
  #refused = new Set<string>();

  constructor(
    { subjects, types, progress }: Wanted,
    private readonly validate: Validate | undefined,
  ) {
    this.subjects = subjects;
    this.types = types;
    this.resumes = progress !== undefined;
    this.progress = Progress.restore(progress ?? "");
  }

  /** Another in its place, which goes on after all that this one has given. */
  again(): Interest {
    const progress = this.resumes ? this.progress.text() : undefined;
    const next = new Interest({ subjects: this.subjects, types: this.types, progress }, this.validate);
    next.#ids = this.#ids.copy();
    next.#refused = new Set(this.#refused);
    return next;
  }

  wants(event: CloudEvent): boolean {
    const type = event.type === TOO_LARGE ? (event.data as { type: string }).type : event.type;
    return (
      this.subjects.some((pattern) => matches(pattern, event.subject ?? "")) && (this.types?.includes(type) ?? true)
    );
  }

  overlaps(other: Interest): boolean {
    return this.subjects.some((one) => other.subjects.some((subject) => overlap(one, subject)));
  }

  /** Nothing, if it was had. */
  take(event: CloudEvent): Step[] {
    const key = `${event.source} ${event.id}`;
    if (this.progress.has(event) || this.#ids.has(key)) return [];
    this.#ids.add(key);
    const wrong = this.validate?.(event);
    return this.#pass([
      wrong === undefined ? { kind: "event", event } : { kind: "problem", problem: new InvalidEvent(event, wrong) },
    ]);
  }

  /** All that was to be told again is among what was told and what was held. `isLive`: it only asked whether something
   * was lost, and what is too much to be told was not. */
  caughtUp(
    ends: Map<string, Position>,
    resumptions: Map<string, Resumption>,
    held: CloudEvent[],
    isLive: boolean,
  ): Step[] {
    const steps: Step[] = this.resumes && ends.size === 0 ? [gap("the server", "position-unknown")] : [];
    const reached: Step[] = [];
    for (const [source, at] of ends) {
      const resumption = resumptions.get(source);
      if (resumption?.recovered && this.progress.isIn(source, at)) reached.push({ kind: "reached", source, at });
      else if (!isLive || resumption?.reason !== "too-much") steps.push(...this.#begin(source, at, resumption));
    }
    this.#pass(steps);
    for (const event of inOrder(held)) steps.push(...this.take(event));
    this.resumes = true;
    return [...steps, ...this.#pass(reached)];
  }

  /** Whether the logs have gone on without it. Mostly that was not for it. */
  isBehind(ends: Map<string, Position>): boolean {
    return [...ends].some(([source, at]) => this.progress.isBehind(source, at));
  }

  /** All up to these ends has come. Of another log than ours they say nothing. */
  settle(ends: Map<string, Position>): Step[] {
    const further = [...ends].filter(([source, at]) => this.progress.isShortOf(source, at));
    return this.#pass(further.map(([source, at]) => ({ kind: "reached", source, at })));
  }

  /** Told once: it is asked for again on every connection. */
  refuse(subject: string, reason: string): Step[] {
    if (this.#refused.has(subject)) return [];
    this.#refused.add(subject);
    return [{ kind: "problem", problem: new Refused(subject, reason) }];
  }

  /** A source that only others asked for was none of ours until now. */
  #begin(source: string, at: Position, resumption: Resumption | undefined): Step[] {
    const begin: Step = { kind: "begin", source, at };
    const isLost = this.resumes && (!resumption || this.progress.knows(source));
    return isLost ? [gap(source, resumption?.reason ?? "position-unknown"), begin] : [begin];
  }

  #pass(steps: Step[]): Step[] {
    for (const step of steps) this.progress.pass(step);
    return steps;
  }
}

function gap(source: string, reason: string): Step {
  return { kind: "problem", problem: new NotRecovered(source, reason) };
}
