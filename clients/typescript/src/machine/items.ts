import type { CloudEvent } from "../protocol/event.js";
import { comparePositions, parsePosition, type Positions } from "../protocol/position.js";
import type { Update } from "./item-update.js";

/** One item of a collection: its data, or the reason why it is missing. */
export interface Item {
  data?: unknown;
  missing?: string;
  /** Present until an event changes the item. */
  snapshot?: Snapshot;
}

/** The changes that an item of a snapshot contains. */
export interface Snapshot {
  /** Every event up to these positions. */
  ends: Positions;
  version?: string | undefined;
  /** When it was read. */
  time?: string | undefined;
}

/** The clocks of the table and of the function that reads it can differ by so much (ms). */
const MAX_SKEW = 5_000;

/** The items of a collection, by subject. */
export class Items {
  constructor(
    readonly all = new Map<string, Item>(),
    /** The positions before the first page. Every page contains the events up to them. */
    private readonly ends: Positions = new Map(),
  ) {}

  /** Returns whether the application can see the change. */
  apply({ event, item }: Update): boolean {
    const subject = event.subject ?? "";
    const known = this.all.get(subject);
    if (this.#isContained(event, known?.snapshot)) return false;
    if (!item) return this.all.delete(subject);
    const isChanged = !known || !isEqual(known, item);
    // Equal data stays the same object.
    this.all.set(subject, isChanged ? item : { ...item, data: known.data });
    return isChanged;
  }

  /** Removes the items of other subjects. Returns these. */
  retain(has: (subject: string) => boolean): string[] {
    const others = [...this.all.keys()].filter((subject) => !has(subject));
    for (const subject of others) this.all.delete(subject);
    return others;
  }

  /** Keeps the data that did not change. Returns the subjects of the others. */
  follow(older: Items): string[] {
    const subjects = [...older.all.keys(), ...this.all.keys()];
    return [...new Set(subjects)].filter((subject) => {
      const [known, item] = [older.all.get(subject), this.all.get(subject)];
      if (!known || !item || !isEqual(known, item)) return true;
      item.data = known.data;
      return false;
    });
  }

  #isContained(event: CloudEvent, snapshot: Snapshot | undefined): boolean {
    const [position, end] = [parsePosition(event.position), (snapshot?.ends ?? this.ends).get(event.source)];
    if (position && end && comparePositions(position, end) <= 0) return true;
    if (!event.version || !snapshot?.version || event.version >= snapshot.version) return false;
    return !(Date.parse(event.time ?? "") > Date.parse(snapshot.time ?? "") + MAX_SKEW);
  }
}

/** The same expressions make the data of each event, so equal data has one text. */
function isEqual(one: Item, other: Item): boolean {
  return one.missing === other.missing && JSON.stringify(one.data) === JSON.stringify(other.data);
}
