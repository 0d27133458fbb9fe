import type { CloudEvent } from "../protocol/event.js";
import { type Position, position, positionText } from "../protocol/position.js";
import { Place, type StoredPlace } from "./place.js";

/** How far we are in the logs of all sources that a subscription concerns. */
export class Progress {
  readonly #places = new Map<string, Place>();

  /** From what `text` gave. What is no such text is no progress. */
  static restore(text: string, now: number): Progress {
    const progress = new Progress();
    for (const [source, place] of Object.entries(stored(text))) {
      progress.#places.set(source, Place.restore(place, now));
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

  add(event: CloudEvent, now: number): void {
    const at = position(event.position);
    if (at) (this.#place(event.source, at.epoch) ?? this.begin(event.source, { ...at, offset: 0 })).add(at.offset, now);
  }

  settle(now: number): void {
    for (const place of this.#places.values()) place.settle(now);
  }

  /** What to ask for; nothing, if no position is known. */
  after(): Record<string, string> | undefined {
    const after = [...this.#places].map(([source, place]) => [source, positionText(place.resume())]);
    return after.length > 0 ? Object.fromEntries(after) : undefined;
  }

  begin(source: string, at: Position): Place {
    const place = new Place(at);
    this.#places.set(source, place);
    return place;
  }

  /** All up to there has been told. */
  reached(source: string, at: Position): void {
    (this.#place(source, at.epoch) ?? this.begin(source, at)).reached(at.offset);
  }

  isBehind(source: string, at: Position): boolean {
    const place = this.#place(source, at.epoch);
    return place !== undefined && place.end < at.offset;
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
