import type { Collection, CollectionStatus } from "../collection.js";
import { Refused } from "../errors.js";

/** The items of a collection, by subject. */
export type Items<Data> = ReadonlyMap<string, Data>;

/** The view of a collection that a component shows. */
export interface CollectionView<Selected> {
  /** All items, or what `select` returned for them. */
  readonly items: Selected;
  readonly status: CollectionStatus;
  /** The subjects of items that the server cannot send, with the reason: `invalid` or `too-large`. */
  readonly missing: ReadonlyMap<string, string>;
  /** Why the server refuses a subject. */
  readonly error: Refused | undefined;
}

/** A collection, and the last subject that the server refused. */
export interface Source<Data> {
  collection: Collection<Data>;
  error: Refused | undefined;
}

const NOTHING: Omit<CollectionView<unknown>, "items"> = { status: "loading", missing: new Map(), error: undefined };
const NO_ITEMS: Items<never> = new Map<string, never>();

/** Returns the same view until the component can see a change. */
export class ViewCache<Data, Selected> {
  #view: CollectionView<Selected> | undefined;
  /** The last selection and what it was made of. */
  #selected: [select: unknown, items: Items<Data>, Selected] | undefined;

  constructor(private readonly source: Source<Data> | undefined) {}

  view(select: (items: Items<Data>) => Selected): CollectionView<Selected> {
    const view = this.#current(select);
    if (!this.#view || !isSame(this.#view, view)) this.#view = view;
    return this.#view;
  }

  #current(select: (items: Items<Data>) => Selected): CollectionView<Selected> {
    if (!this.source) return { ...NOTHING, items: this.#select(select, NO_ITEMS) };
    const { collection, error } = this.source;
    return { items: this.#select(select, collection.items), status: collection.status, missing: collection.missing, error };
  }

  #select(select: (items: Items<Data>) => Selected, items: Items<Data>): Selected {
    if (this.#selected?.[0] !== select || this.#selected[1] !== items) this.#selected = [select, items, select(items)];
    return this.#selected[2];
  }
}

function isSame<Selected>(one: CollectionView<Selected>, other: CollectionView<Selected>): boolean {
  if (one.status !== other.status || one.error !== other.error || !isSameMap(one.missing, other.missing)) return false;
  return Object.is(one.items, other.items) || hasSameElements(one.items, other.items);
}

/** Equal data of a collection stays the same object. */
function hasSameElements(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  return one.length === other.length && one.every((element, index) => Object.is(element, other[index]));
}

function isSameMap(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([subject, reason]) => other.get(subject) === reason);
}
