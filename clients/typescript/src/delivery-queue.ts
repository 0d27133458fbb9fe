import type { Delivery } from "./machine/delivery.js";

/** The deliveries that wait for the application, in order. */
export class DeliveryQueue {
  /** By what replaces them. */
  readonly #arrived = new Map<unknown, Delivery>();
  /** The application reads these first, so that no subject waits for others that change more often. */
  #taken: Delivery[] = [];

  constructor(private readonly newestOnly: boolean) {}

  get length(): number {
    return this.#arrived.size + this.#taken.length;
  }

  add(delivery: Delivery): void {
    const key = this.#key(delivery);
    // The newer event waits at the end: progress must follow the order of the log.
    this.#arrived.delete(key);
    this.#arrived.set(key, delivery);
  }

  next(): Delivery | undefined {
    if (this.#taken.length === 0) {
      this.#taken = [...this.#arrived.values()].reverse();
      this.#arrived.clear();
    }
    return this.#taken.pop();
  }

  clear(): void {
    this.#arrived.clear();
    this.#taken = [];
  }

  #key(delivery: Delivery): unknown {
    const isReplaced = this.newestOnly && (delivery.kind === "event" || delivery.kind === "late");
    return isReplaced && delivery.event.subject ? `${delivery.kind} ${delivery.event.subject}` : delivery;
  }
}
