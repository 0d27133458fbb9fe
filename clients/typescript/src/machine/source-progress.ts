import { comparePositions, isEmpty, type Position } from "../protocol/position.js";
import { formatRanges, parseRanges } from "./offset-ranges.js";

/** The stored form. Stores and bookmarks contain these names. */
export interface StoredProgress {
  epoch: string;
  floor: number;
  seen: string;
}

/** The progress of a subscription in the log of one source. */
export class SourceProgress {
  readonly epoch: string;
  /** Every event up to this offset was delivered or does not match. */
  #floor: number;
  /** The greatest delivered offset. */
  #last: number;
  /** The delivered offsets above the floor. */
  readonly #seen = new Set<number>();

  constructor({ epoch, offset }: Position) {
    this.epoch = epoch;
    this.#floor = offset;
    this.#last = offset;
  }

  /** Restores at most `max` delivered offsets, so that a broken text cannot fill the memory. */
  static restore({ epoch, floor, seen }: StoredProgress, max: number): SourceProgress {
    const progress = new SourceProgress({ epoch, offset: floor });
    for (const offset of parseRanges(seen, max)) progress.add(offset);
    return progress;
  }

  store(): StoredProgress {
    return { epoch: this.epoch, floor: this.#floor, seen: formatRanges(this.#seen) };
  }

  has(offset: number): boolean {
    return offset <= this.#floor || this.#seen.has(offset);
  }

  add(offset: number): void {
    this.#seen.add(offset);
    this.#last = Math.max(this.#last, offset);
  }

  get floor(): number {
    return this.#floor;
  }

  get seen(): Iterable<number> {
    return this.#seen;
  }

  /** Records that every event up to this offset was delivered. */
  advanceTo(offset: number): void {
    this.#floor = Math.max(this.#floor, offset);
    this.#last = Math.max(this.#last, offset);
    for (const seen of this.#seen) if (seen <= this.#floor) this.#seen.delete(seen);
  }

  /** Removes a delivered offset. Earlier events do not arrive any more. */
  forget(offset: number): void {
    if (this.#seen.delete(offset)) this.#floor = Math.max(this.#floor, offset);
  }

  /** Returns whether the log's end is later. Another epoch can continue the log after all events expired. */
  canAdvanceTo(end: Position): boolean {
    return end.epoch === this.epoch ? this.#floor < end.offset : this.isBehind(end);
  }

  /** Returns whether the log continued after the last delivered event. */
  isBehind(end: Position): boolean {
    return !isEmpty(end) && comparePositions(this.last, end) < 0;
  }

  isOfLaterEpoch(position: Position): boolean {
    return position.epoch !== this.epoch && comparePositions(this.last, position) > 0;
  }

  /** The position to resume after. */
  get last(): Position {
    return { epoch: this.epoch, offset: this.#last };
  }
}
