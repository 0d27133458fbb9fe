import type { Position } from "../protocol/position.js";
import { ranges, rangesText } from "./ranges.js";

/** Offsets that are remembered one by one, so that what comes again is known. */
export const REMEMBERED = 20_000;

export interface StoredPlace {
  epoch: string;
  floor: number;
  seen: string;
}

/** How far we are in the log of one source. */
export class Place {
  readonly epoch: string;
  /** All up to there was had, or is not wanted: it comes no more. */
  #floor: number;
  #end: number;
  /** What was had beyond that. */
  readonly #seen = new Set<number>();

  constructor({ epoch, offset }: Position) {
    this.epoch = epoch;
    this.#floor = offset;
    this.#end = offset;
  }

  static restore({ epoch, floor, seen }: StoredPlace): Place {
    const place = new Place({ epoch, offset: floor });
    for (const offset of ranges(seen, REMEMBERED)) place.add(offset);
    return place;
  }

  store(): StoredPlace {
    return { epoch: this.epoch, floor: this.#floor, seen: rangesText(this.#seen) };
  }

  has(offset: number): boolean {
    return offset <= this.#floor || this.#seen.has(offset);
  }

  add(offset: number): void {
    this.#seen.add(offset);
    this.#end = Math.max(this.#end, offset);
    if (this.#seen.size > REMEMBERED) this.#forgetFirst();
  }

  /** Whether something up to there may not have been told yet. */
  isShortOf(offset: number): boolean {
    return this.#floor < offset;
  }

  /** All up to there has been told. */
  reached(offset: number): void {
    this.#floor = Math.max(this.#floor, offset);
    this.#end = Math.max(this.#end, offset);
    for (const seen of this.#seen) if (seen <= this.#floor) this.#seen.delete(seen);
  }

  /** The last of all, after which to ask for what is missing. */
  get end(): Position {
    return { epoch: this.epoch, offset: this.#end };
  }

  #forgetFirst(): void {
    const [offset] = this.#seen.keys();
    if (offset === undefined) return;
    this.#seen.delete(offset);
    this.#floor = Math.max(this.#floor, offset);
  }
}
