import { type InvalidEvent, Refused } from "../errors.js";
import type { CloudEvent } from "../protocol/event.js";
import type { MessageBody } from "../protocol/message.js";
import { matches } from "../protocol/subject.js";
import { Backoff } from "./backoff.js";
import type { Delivery } from "./delivery.js";
import { itemOf, type Update, updateOf } from "./item-update.js";
import { Items } from "./items.js";
import type { Loader, StateReply } from "./loader.js";
import { type PageResult, QUOTA, SnapshotLoad, UNAVAILABLE } from "./snapshot-load.js";

export type LoadStatus =
  /** There is no snapshot yet. */
  | "loading"
  /** The items follow every change. */
  | "live"
  /** Changes may be missing. The items stay until the next snapshot. */
  | "stale"
  /** The server refuses every subject. */
  | "refused";

/** How much longer a client waits after a quota is used up (ms). */
const QUOTA_WAIT = 10_000;

/** The items of some subjects: a snapshot, and the events that follow. docs/reference/client.md has the rules. */
export class CollectionState implements Loader {
  status: LoadStatus = "loading";
  items = new Items();
  /** The number of items that cannot become state, without those that the server named. */
  unnamed = 0;
  /** Infinity if no load runs. */
  loadAt = 0;
  /** Those that the server has not refused. */
  readonly #subjects: Set<string>;
  #load: SnapshotLoad;
  readonly #backoff: Backoff;

  constructor(
    subjects: readonly string[],
    private readonly type: string,
    random: () => number,
  ) {
    this.#subjects = new Set(subjects);
    this.#load = new SnapshotLoad(subjects);
    this.#backoff = new Backoff(random);
  }

  request(): MessageBody<"state"> {
    return { ...this.#load.request(), types: [this.type] };
  }

  item(event: CloudEvent, error: InvalidEvent | undefined): Delivery[] {
    const item = itemOf(event, this.type, !error);
    if (item) this.#load.add(event, item);
    return item && error ? [{ kind: "error", error }] : [];
  }

  page(reply: StateReply, now: number): Delivery[] {
    const isExpected = this.#load.replied().length > 0;
    return isExpected ? this.#proceed(this.#load.page(reply), now) : [];
  }

  failed(reason: string, now: number): Delivery[] {
    const subjects = this.#load.replied();
    if (reason === UNAVAILABLE) return this.#proceed({ refused: [], wait: reason }, now);
    return this.#proceed({ refused: subjects.map((subject) => ({ subject, reason })), wait: undefined }, now);
  }

  receive(delivery: Delivery): Delivery[] {
    if (delivery.kind === "gap") return this.#restart();
    if (delivery.kind === "error" && delivery.error instanceof Refused) return this.#refuse(delivery.error);
    const update = updateOf(delivery, this.type);
    const changes = update && this.#has(update.event.subject ?? "") ? this.#update(update) : [];
    return delivery.kind === "error" ? [delivery, ...changes] : changes;
  }

  #proceed({ refused, wait }: PageResult, now: number): Delivery[] {
    if (!this.#isLoading) return [];
    if (!wait) this.#backoff.reset();
    this.loadAt = now + (wait ? this.#backoff.nextDelay() : 0) + (wait === QUOTA ? QUOTA_WAIT : 0);
    const deliveries = refused.flatMap(({ subject, reason }) => this.#refuse(new Refused(subject, reason)));
    return [...deliveries, ...this.#finish()];
  }

  #restart(): Delivery[] {
    if (this.#subjects.size === 0) return [];
    this.#load = new SnapshotLoad(this.#subjects);
    this.loadAt = 0;
    if (this.status !== "live") return [];
    this.status = "stale";
    return [changed([])];
  }

  /** Reports it once. The items of other subjects stay. */
  #refuse(error: Refused): Delivery[] {
    if (!this.#subjects.delete(error.subject)) return [];
    this.#load.refuse(error.subject);
    if (this.#subjects.size === 0) this.status = "refused";
    return [{ kind: "error", error }, changed(this.items.retain(this.#has)), ...this.#finish()];
  }

  #update(update: Update): Delivery[] {
    if (!this.#isLoading) return this.items.apply(update) ? [changed([update.event.subject ?? ""])] : [];
    this.#load.keep(update);
    return [];
  }

  /** Shows the snapshot if it is complete. */
  #finish(): Delivery[] {
    if (!this.#isLoading || !this.#load.isComplete) return [];
    const [load, older] = [this.#load, this.items];
    this.#load = new SnapshotLoad([]);
    this.loadAt = Infinity;
    if (this.#subjects.size === 0) return [];
    this.items = load.finish();
    this.items.retain(this.#has);
    this.unnamed = load.unnamed;
    this.status = "live";
    return [changed(this.items.follow(older), true)];
  }

  get #isLoading(): boolean {
    return this.loadAt < Infinity;
  }

  #has = (subject: string): boolean => [...this.#subjects].some((pattern) => matches(pattern, subject));
}

function changed(subjects: string[], replaced = false): Delivery {
  return { kind: "changed", subjects, replaced };
}
