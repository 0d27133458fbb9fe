import { MAX_REMEMBERED, removeOldest } from "./recent.js";
import type { SourceProgress } from "./source-progress.js";

/** The latest delivered offsets of all sources. Limits how many the sources remember together: the oldest one is far
 * behind, in whichever source it is. */
export class RecentOffsets {
  readonly #offsets = new Set<{ progress: SourceProgress; offset: number }>();

  add(progress: SourceProgress, offset: number): void {
    this.#offsets.add({ progress, offset });
    const oldest = removeOldest(this.#offsets);
    oldest?.progress.forget(oldest.offset);
  }

  addAll(progress: SourceProgress): void {
    for (const offset of progress.seen) this.add(progress, offset);
  }

  /** How many more do not displace others. */
  get free(): number {
    return MAX_REMEMBERED - this.#offsets.size;
  }
}
