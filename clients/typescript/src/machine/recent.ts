/** The latest keys: an event can come again under the same id when it has no position, or another one. */
export class Recent {
  readonly #keys: Set<string>;

  constructor(
    private readonly most: number,
    keys: Iterable<string> = [],
  ) {
    this.#keys = new Set(keys);
  }

  copy(): Recent {
    return new Recent(this.most, this.#keys);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    this.#keys.add(key);
    const [first] = this.#keys;
    if (this.#keys.size > this.most && first !== undefined) this.#keys.delete(first);
  }
}
