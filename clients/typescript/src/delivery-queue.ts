import type { Delivery, Replaced } from "./machine/delivery.js";
import { MAX_REMEMBERED } from "./machine/recent.js";

/** The deliveries that wait for the application, in order. */
export class DeliveryQueue {
  /** By what replaces them. */
  readonly #arrived = new Map<unknown, Delivery>();
  /** The application reads these first, so that no subject waits for others that change more often. */
  #taken: Delivery[] = [];
  #replacedCount = 0;

  constructor(private readonly newestOnly: boolean) {}

  get length(): number {
    return this.#arrived.size + this.#taken.length;
  }

  add(delivery: Delivery): void {
    const key = this.#key(delivery);
    const replaced = this.#replaced(key);
    // The newer event waits at the end: progress must follow the order of the log.
    this.#arrived.delete(key);
    this.#arrived.set(key, replaced ? { ...delivery, replaced } as Delivery : delivery);
  }

  next(): Delivery | undefined {
    if (this.#taken.length === 0) {
      this.#taken = [...this.#arrived.values()].reverse();
      this.#arrived.clear();
      this.#replacedCount = 0;
    }
    return this.#taken.pop();
  }

  clear(): void {
    this.#arrived.clear();
    this.#taken = [];
  }

  /** Returns the places of the events that a new one with this key replaces. Without them, a later resume could deliver
   * one after a newer one. */
  #replaced(key: unknown): Replaced[] | undefined {
    const older = this.#arrived.get(key);
    if (!older || !("event" in older)) return undefined;
    const { event: { source, position }, replaced = [] } = older;
    replaced.push({ source, position });
    if (++this.#replacedCount > MAX_REMEMBERED) replaced.shift();
    return replaced;
  }

  #key(delivery: Delivery): unknown {
    const isReplaced = this.newestOnly && (delivery.kind === "event" || delivery.kind === "late");
    return isReplaced && delivery.event.subject ? `${delivery.kind} ${delivery.event.subject}` : delivery;
  }
}
