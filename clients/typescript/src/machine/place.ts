import type { Position } from "../protocol/position.js";
import { ranges, rangesText } from "./ranges.js";

/** Offsets that are remembered one by one, so that what comes again is known. */
export const REMEMBERED = 20_000;

/** The server tells again what was appended about three minutes before a position, since its dispatchers overlap:
 * what came on a healthy connection so long ago (ms) has nothing under way before it any more. */
export const SETTLED = 10 * 60_000;

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
  /** Offset → when it came. */
  readonly #seen = new Map<number, number>();

  constructor({ epoch, offset }: Position) {
    this.epoch = epoch;
    this.#floor = offset;
    this.#end = offset;
  }

  static restore({ epoch, floor, seen }: StoredPlace, now: number): Place {
    const place = new Place({ epoch, offset: floor });
    for (const offset of ranges(seen, REMEMBERED)) place.add(offset, now);
    return place;
  }

  store(): StoredPlace {
    return { epoch: this.epoch, floor: this.#floor, seen: rangesText(this.#seen.keys()) };
  }

  has(offset: number): boolean {
    return offset <= this.#floor || this.#seen.has(offset);
  }

  add(offset: number, now: number): void {
    this.#seen.set(offset, now);
    this.#end = Math.max(this.#end, offset);
    if (this.#seen.size > REMEMBERED) this.#forgetFirst();
  }

  /** Up to where nothing is under way any more. On a healthy connection only: on another, it may yet be lost, and is
   * then told again. */
  settled(now: number): number | undefined {
    const old = [...this.#seen].filter(([, came]) => came <= now - SETTLED).map(([offset]) => offset);
    return old.length > 0 ? old.reduce((one, other) => Math.max(one, other)) : undefined;
  }

  /** All up to there has been told. */
  reached(offset: number): void {
    this.#floor = Math.max(this.#floor, offset);
    this.#end = Math.max(this.#end, offset);
    for (const seen of this.#seen.keys()) if (seen <= this.#floor) this.#seen.delete(seen);
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
