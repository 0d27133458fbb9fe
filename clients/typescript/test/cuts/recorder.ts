import assert from "node:assert/strict";
import { changeOf, type Order } from "../local/order.js";

export interface Filter {
  subjects: string[];
  types?: string[];
}

export type ReceivedEvent = { type: string; subject?: string; data: unknown };

/** Records the events of each subscription, and compares them with the changes that were written. */
export class Recorder {
  readonly errors: unknown[] = [];
  /** The changes by subject, for each subscription. */
  readonly #changes: Map<string, string[]>[];

  constructor(
    private readonly filters: Filter[],
    private readonly orders: Order[],
  ) {
    this.#changes = filters.map(() => new Map());
  }

  /** Records an event of the nth subscription. A deployment may also have orders of other tests. */
  record(n: number, event: ReceivedEvent): void {
    const { subject = "" } = event;
    if (!this.orders.some((order) => order.subject === subject)) return;
    const changes = this.#changes[n]!;
    changes.set(subject, [...(changes.get(subject) ?? []), changeOf(event)]);
  }

  get count(): number {
    const lengths = this.#changes.flatMap((changes) => [...changes.values()].map(({ length }) => length));
    return sum(lengths);
  }

  get expectedCount(): number {
    const changes = this.filters.flatMap(({ types }, n) => this.#ordersOf(n).map((order) => expected(order, types)));
    return sum(changes.map(({ length }) => length));
  }

  /** Asserts that every change was received once and in order. */
  assertExact(name: string): void {
    assert.deepEqual(this.errors, [], name);
    for (const [n, { types }] of this.filters.entries()) {
      for (const order of this.#ordersOf(n)) {
        const changes = this.#changes[n]!.get(order.subject) ?? [];
        assert.deepEqual(changes, expected(order, types), `${name}: ${order.subject}`);
      }
    }
  }

  #ordersOf(n: number): Order[] {
    const prefixes = this.filters[n]!.subjects.map((subject) => subject.replace("*", ""));
    return this.orders.filter(({ subject }) => prefixes.some((prefix) => subject.startsWith(prefix)));
  }
}

/** The only filter by type is `order.cancelled.v1`. */
function expected({ written }: Order, types: string[] | undefined): string[] {
  return types ? written.filter((change) => change.startsWith("CANCELLED")) : written;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
