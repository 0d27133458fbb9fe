import type { CloudEvent } from "../protocol/event.js";
import type { MessageBody } from "../protocol/message.js";
import type { Positions } from "../protocol/position.js";
import { logPositions } from "../protocol/sources.js";
import type { Update } from "./item-update.js";
import { type Item, Items } from "./items.js";
import type { StateReply } from "./loader.js";

/** The members of a page besides its items. */
export interface PageResult {
  refused: { subject: string; reason: string }[];
  /** Why the next page must wait. */
  wait: string | undefined;
}

export const QUOTA = "quota-exceeded";
export const UNAVAILABLE = "unavailable";

/** Collects the pages of one snapshot, and the events that arrive meanwhile. */
export class SnapshotLoad {
  /** The number of items that cannot become state, without those that the server named. */
  unnamed = 0;
  /** The subjects that are not complete, with the place where each continues. */
  readonly #remaining: Map<string, string | undefined>;
  /** The subjects of the message that waits for its reply. */
  #requested: string[] = [];
  /** The items of the page that has not ended. */
  #arrived: [CloudEvent, Item][] = [];
  readonly #items = new Map<string, Item>();
  #firstEnds: Positions | undefined;
  /** The last change of each subject, after earlier ones of greater versions: a version can begin again. */
  readonly #kept = new Map<string | undefined, Update[]>();

  constructor(subjects: Iterable<string>) {
    this.#remaining = new Map([...subjects].map((subject) => [subject, undefined]));
  }

  get isComplete(): boolean {
    return this.#remaining.size === 0;
  }

  /** A page that a connection did not end is requested again. */
  request(): MessageBody<"state"> {
    this.#arrived = [];
    const fresh = [...this.#remaining].filter(([, next]) => next === undefined).map(([subject]) => subject);
    const [subject, next] = [...this.#remaining].find(([, next]) => next !== undefined) ?? [];
    this.#requested = subject === undefined ? fresh : [subject, ...fresh];
    return { action: "state", subjects: this.#requested, ...(next !== undefined && { next }) };
  }

  /** Returns the subjects of the last request, once. Without any, a reply belongs to an earlier load. */
  replied(): string[] {
    return this.#requested.splice(0);
  }

  add(event: CloudEvent, item: Item): void {
    this.#arrived.push([event, item]);
  }

  keep(update: Update): void {
    const { subject, version } = update.event;
    const isGreater = ({ event }: Update) => version && !(event.version && event.version <= version);
    this.#kept.set(subject, [...(this.#kept.get(subject) ?? []).filter(isGreater), update]);
  }

  refuse(subject: string): void {
    this.#remaining.delete(subject);
  }

  page(reply: StateReply): PageResult {
    const known = JSON.stringify([...this.#remaining]);
    const hasItems = this.#arrived.length > 0;
    this.#addPage(reply, logPositions(reply));
    const reasons = reply.subjects.flatMap((result) => this.#proceed(result));
    const isTemporary = ({ reason }: { reason: string }) => [QUOTA, UNAVAILABLE].includes(reason);
    const waits = reasons.filter(isTemporary).map(({ reason }) => reason);
    const isStuck = !hasItems && known === JSON.stringify([...this.#remaining]);
    return {
      refused: reasons.filter((one) => !isTemporary(one)),
      wait: waits.includes(QUOTA) ? QUOTA : (waits[0] ?? (isStuck ? UNAVAILABLE : undefined)),
    };
  }

  finish(): Items {
    const items = new Items(this.#items, this.#firstEnds);
    for (const update of [...this.#kept.values()].flat()) items.apply(update);
    return items;
  }

  #addPage({ invalid }: StateReply, ends: Positions): void {
    this.#firstEnds ??= ends;
    for (const [{ subject = "", version, time }, item] of this.#arrived.splice(0)) {
      this.#items.set(subject, { ...item, snapshot: { ends, version, time } });
    }
    const named = invalid.subjects ?? [];
    for (const subject of named) this.#items.set(subject, { missing: "invalid", snapshot: { ends } });
    this.unnamed += invalid.count - named.length;
  }

  /** Returns why the state of a subject ends before it is complete, if it does. */
  #proceed({ subject, complete, next, reason }: StateReply["subjects"][number]): PageResult["refused"] {
    if (!this.#remaining.has(subject)) return [];
    if (complete) this.#remaining.delete(subject);
    else if (next !== undefined) this.#remaining.set(subject, next);
    return complete || reason === undefined ? [] : [{ subject, reason }];
  }
}
