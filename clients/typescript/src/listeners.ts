/** Functions of the application that receive the same values. */
export class Listeners<Values extends unknown[]> {
  readonly #listeners = new Set<(...values: Values) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Returns a function that removes the listener. */
  add(listener: (...values: Values) => void): () => void {
    // The same function can be added twice.
    const added = (...values: Values) => listener(...values);
    this.#listeners.add(added);
    return () => void this.#listeners.delete(added);
  }

  /** A listener that throws does not affect the others. One that a listener adds receives the next values. */
  call(...values: Values): void {
    for (const listener of [...this.#listeners]) {
      try {
        if (this.#listeners.has(listener)) listener(...values);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
