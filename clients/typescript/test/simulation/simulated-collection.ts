import assert from "node:assert/strict";
import { CollectionState } from "../../src/machine/collection-state.js";
import type { Delivery } from "../../src/machine/delivery.js";
import type { SubscriptionState } from "../../src/machine/subscription-state.js";
import { matches } from "../../src/protocol/subject.js";
import { ITEMS, type SimulatedTable, TYPE } from "./simulated-table.js";

/** A collection. Checks everything that it shows. */
export class SimulatedCollection {
  state!: CollectionState;
  subscription!: SubscriptionState;
  replaced = 0;
  stale = 0;
  readonly #subjects: string[];
  /** The newest places when the load began: with versions those of the table, and otherwise those of the logs. */
  #loadedFrom: Map<string, number> | undefined;
  /** The same of the load whose items are shown. */
  #floor = new Map<string, number>();
  /** The last place of each subject that the collection showed. */
  #shown = new Map<string, number>();

  constructor(
    readonly patterns: string[],
    private readonly table: SimulatedTable,
    private readonly isVersioned: boolean,
    private readonly random: () => number,
  ) {
    this.#subjects = ITEMS.filter((subject) => patterns.some((pattern) => matches(pattern, subject)));
    this.load();
  }

  /** A new page has a new collection. */
  load(): void {
    this.state = new CollectionState(this.patterns, TYPE, this.random);
    this.#shown.clear();
    this.#loadedFrom = undefined;
    this.#floor.clear();
  }

  requested(): void {
    const { history, logged } = this.table;
    const newest = (subject: string) => this.isVersioned ? history.get(subject)!.length - 1 : (logged.get(subject) ?? 0);
    this.#loadedFrom ??= new Map(this.#subjects.map((subject) => [subject, newest(subject)]));
  }

  deliver(delivery: Delivery): void {
    if (delivery.kind === "error") assert.fail(delivery.error.message);
    if (delivery.kind !== "changed") return;
    if (this.state.status === "stale") this.stale++;
    if (delivery.replaced) this.#checkComplete();
    for (const [subject, place] of this.places()) this.#checkStep(subject, place);
  }

  /** The items that the collection shows. */
  places(): [string, number][] {
    return [...this.state.items.all].map(([subject, { data }]) => [subject, (data as { place: number }).place]);
  }

  assertEqualToTable(): void {
    const expected = this.#subjects.flatMap((subject) => {
      const row = this.table.rows.get(subject);
      return row ? [[subject, row.place] as [string, number]] : [];
    });
    assert.equal(this.state.status, "live");
    assert.deepEqual(this.places().sort(), expected.sort());
  }

  /** An item that was always there must be there. */
  #checkComplete(): void {
    this.replaced++;
    this.#floor = this.#loadedFrom!;
    this.#loadedFrom = undefined;
    const shown = new Map(this.places());
    for (const [subject, from] of this.#floor) {
      assert.ok(shown.has(subject) || this.#wasAbsent(subject, from), `partial: ${subject}`);
    }
  }

  /** Nothing is older than the load. With versions, nothing is older than before. Except an item that was removed: it can
   * appear once more. */
  #checkStep(subject: string, place: number): void {
    const before = this.isVersioned ? (this.#shown.get(subject) ?? 0) : 0;
    const isOlder = place < Math.max(before, this.#floor.get(subject) ?? 0);
    assert.ok(!isOlder || this.#wasAbsent(subject, place), `a step back: ${subject}`);
    this.#shown.set(subject, place);
  }

  #wasAbsent(subject: string, from: number): boolean {
    return this.table.history.get(subject)!.slice(from).includes(false);
  }
}
