import { removedType } from "../../src/protocol/event-type.js";

export const TYPE = "x.v1";
export const ITEMS = ["a/1", "a/2", "a/3", "b/1", "b/2"];

/** Whether items have versions, and whether those of an item that is created again begin again. */
export type Versions = "none" | "growing" | "restarting";

/** A change in the stream, which is behind the table. */
export interface Change {
  subject: string;
  /** Orders the changes of the subject. */
  sequence: number;
  type: string;
  /** The other members of its event. */
  members: object;
}

interface Row {
  /** The place in the history of its subject. */
  place: number;
  version: string | undefined;
}

/** The items of a table, and their changes. The data of an item is its place in the history. */
export class SimulatedTable {
  readonly rows = new Map<string, Row>();
  /** For each subject, whether each place had the item. Place 0 is before the first write. */
  readonly history = new Map<string, boolean[]>(ITEMS.map((subject) => [subject, [false]]));
  /** The newest place of each subject in the logs. The stream is behind the table. */
  readonly logged = new Map<string, number>();
  readonly #versions = new Map<string, number>();

  constructor(private readonly versions: Versions) {}

  write(subject: string, now: number): Change {
    const place = this.#place(subject, true);
    const version = this.#nextVersion(subject);
    this.rows.set(subject, { place, version });
    return { subject, sequence: place, type: TYPE, members: { data: { place }, version, ...times(now) } };
  }

  /** Writes an item without a change of its data. */
  touch(subject: string): void {
    const row = this.rows.get(subject);
    if (row) row.version = this.#nextVersion(subject);
  }

  delete(subject: string, now: number): Change | undefined {
    const row = this.rows.get(subject);
    if (!row || !this.rows.delete(subject)) return undefined;
    const sequence = this.#place(subject, false);
    if (this.versions === "restarting") this.#versions.delete(subject);
    return { subject, sequence, type: removedType(TYPE), members: { data: {}, version: row.version, ...times(now) } };
  }

  #place(subject: string, isPresent: boolean): number {
    return this.history.get(subject)!.push(isPresent) - 1;
  }

  #nextVersion(subject: string): string | undefined {
    const version = (this.#versions.get(subject) ?? 0) + 1;
    this.#versions.set(subject, version);
    return this.versions === "none" ? undefined : `${version}`.padStart(40, "0");
  }
}

/** Streams have whole seconds. */
function times(now: number): object {
  return { time: new Date(Math.floor(now / 1000) * 1000).toISOString() };
}
