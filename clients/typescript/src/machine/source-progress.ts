import type { Position } from "../protocol/position.js";
import { formatRanges, parseRanges } from "./offset-ranges.js";

/** Number of offsets, and of ids, that a subscription remembers to detect duplicates. */
export const MAX_REMEMBERED = 20_000;

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

  static restore({ epoch, floor, seen }: StoredProgress): SourceProgress {
    const progress = new SourceProgress({ epoch, offset: floor });
    for (const offset of parseRanges(seen, MAX_REMEMBERED)) progress.add(offset);
    return progress;
  }

  /** Returns the events that both have delivered. */
  least(other: SourceProgress): SourceProgress {
    const floor = Math.min(this.#floor, other.#floor);
    const least = new SourceProgress({ epoch: this.epoch, offset: floor });
    const offsets = [...this.#seen, ...other.#seen].filter((offset) => this.has(offset) && other.has(offset));
    for (const offset of offsets.sort((one, next) => one - next)) least.add(offset);
    return least;
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
    if (this.#seen.size > MAX_REMEMBERED) this.#raiseFloor();
  }

  /** Records that every event up to this offset was delivered. */
  advanceTo(offset: number): void {
    this.#floor = Math.max(this.#floor, offset);
    this.#last = Math.max(this.#last, offset);
    for (const seen of this.#seen) if (seen <= this.#floor) this.#seen.delete(seen);
  }

  canAdvanceTo(offset: number): boolean {
    return this.#floor < offset;
  }

  /** The position to resume after. */
  get last(): Position {
    return { epoch: this.epoch, offset: this.#last };
  }

  /** Drops the oldest remembered offset. */
  #raiseFloor(): void {
    const [offset] = this.#seen;
    if (offset === undefined) return;
    this.#seen.delete(offset);
    this.#floor = Math.max(this.#floor, offset);
  }
}
