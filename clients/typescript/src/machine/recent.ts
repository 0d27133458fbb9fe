/** The latest keys: an event can come again under the same id when it has no position, or another one. */
export class Recent {
  readonly #keys = new Set<string>();

  constructor(private readonly most: number) {}

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  add(key: string): void {
    this.#keys.add(key);
    const [first] = this.#keys;
    if (this.#keys.size > this.most && first !== undefined) this.#keys.delete(first);
  }
}
