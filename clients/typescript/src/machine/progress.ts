import { InvalidEvent } from "../problems.js";
import type { CloudEvent } from "../protocol/event.js";
import { type Position, position } from "../protocol/position.js";
import { Place, type StoredPlace } from "./place.js";

/** What an application passes, one after the other. */
export type Step =
  | { kind: "event"; event: CloudEvent }
  | { kind: "problem"; problem: Error }
  /** What is told from now on comes after this. */
  | { kind: "begin"; source: string; at: Position }
  /** All up to there has been told. */
  | { kind: "reached"; source: string; at: Position };

/** How far we are in the logs of all sources that a subscription concerns. */
export class Progress {
  readonly #places = new Map<string, Place>();

  /** From what `text` gave. What is no such text is no progress. */
  static restore(text: string): Progress {
    const progress = new Progress();
    for (const [source, place] of Object.entries(stored(text))) {
      progress.#places.set(source, Place.restore(place));
    }
    return progress;
  }

  text(): string {
    return JSON.stringify(Object.fromEntries([...this.#places].map(([source, place]) => [source, place.store()])));
  }

  has(event: CloudEvent): boolean {
    const at = position(event.position);
    return at !== undefined && (this.#place(event.source, at.epoch)?.has(at.offset) ?? false);
  }

  pass(step: Step): void {
    if (step.kind === "begin") this.#begin(step.source, step.at);
    else if (step.kind === "reached") this.#reached(step.source, step.at);
    else if (step.kind === "event") this.#add(step.event);
    else if (step.problem instanceof InvalidEvent) this.#add(step.problem.event);
  }

  /** By source: after which to ask for what is missing. */
  get ends(): [string, Position][] {
    return [...this.#places].map(([source, place]) => [source, place.end]);
  }

  knows(source: string): boolean {
    return this.#places.has(source);
  }

  /** Whether the log is the one that we know. */
  isIn(source: string, { epoch }: Position): boolean {
    return this.#place(source, epoch) !== undefined;
  }

  isBehind(source: string, at: Position): boolean {
    const place = this.#place(source, at.epoch);
    return place !== undefined && place.end.offset < at.offset;
  }

  /** Of another log it is not known. */
  isShortOf(source: string, at: Position): boolean {
    return this.#place(source, at.epoch)?.isShortOf(at.offset) ?? false;
  }

  #begin(source: string, at: Position): Place {
    const place = new Place(at);
    this.#places.set(source, place);
    return place;
  }

  #reached(source: string, at: Position): void {
    (this.#place(source, at.epoch) ?? this.#begin(source, at)).reached(at.offset);
  }

  #add({ source, position: text }: CloudEvent): void {
    const at = position(text);
    if (at) (this.#place(source, at.epoch) ?? this.#begin(source, { ...at, offset: 0 })).add(at.offset);
  }

  #place(source: string, epoch: string): Place | undefined {
    const place = this.#places.get(source);
    return place?.epoch === epoch ? place : undefined;
  }
}

function stored(text: string): Record<string, StoredPlace> {
  try {
    const places: Record<string, StoredPlace> = JSON.parse(text) ?? {};
    return Object.values(places).every(isPlace) ? places : {};
  } catch {
    return {};
  }
}

function isPlace(place: StoredPlace | null): boolean {
  return typeof place?.epoch === "string" && Number.isSafeInteger(place.floor) && typeof place.seen === "string";
}
