/** Number of ids, and of offsets, that a subscription remembers to detect duplicates. */
export const MAX_REMEMBERED = 20_000;

/** The latest event ids. They detect a duplicate that has no position, or another one. */
export class RecentIds {
  readonly #ids: Set<string>;

  constructor(
    private readonly max: number,
    ids: Iterable<string> = [],
  ) {
    this.#ids = new Set(ids);
  }

  copy(): RecentIds {
    return new RecentIds(this.max, this.#ids);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > this.max && oldest !== undefined) this.#ids.delete(oldest);
  }
}
