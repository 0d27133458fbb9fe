import { InvalidEvent, Refused } from "../errors.js";
import type { CloudEvent, Validate } from "../protocol/event.js";
import { EventFilter } from "../protocol/filter.js";
import { isEmpty, type Position, type Positions } from "../protocol/position.js";
import type { ResumeResult, ResumeResults } from "../protocol/sources.js";
import type { Delivery } from "./delivery.js";
import type { Loader } from "./loader.js";
import { inLogOrder } from "./log-order.js";
import { NewestEvents } from "./newest-events.js";
import { Progress } from "./progress.js";
import { removeOldest } from "./recent.js";

/** Live events did not stop, so these reasons are no gap in a live subscription. */
const NO_GAP_IF_LIVE = ["too-much", "too-wide", "quota-exceeded"];

export interface SubscriptionConfig {
  subjects: string[];
  types?: string[] | undefined;
  /** The text of a stored `Progress` to resume from. */
  progress?: string | undefined;
  /** Loads the state, for a collection. */
  loader?: Loader | undefined;
}

/** One subscription of the application, over all connections. Each method returns the deliveries that follow. */
export class SubscriptionState {
  readonly filter: EventFilter;
  readonly progress: Progress;
  readonly loader: Loader | undefined;
  /** True if the subscription has a position. Then it must resume, and may miss no event. */
  hasStarted: boolean;
  /** Detect a duplicate that has no position, or another one. */
  #recentIds = new Set<string>();
  #newest = new NewestEvents();
  #refused = new Set<string>();

  constructor(
    { subjects, types, progress, loader }: SubscriptionConfig,
    private readonly validate: Validate | undefined,
  ) {
    this.filter = new EventFilter(subjects, types);
    this.hasStarted = progress !== undefined;
    this.progress = Progress.restore(progress ?? "");
    this.loader = loader;
  }

  /** Returns a new state that continues after the last delivery of this one. */
  copy(): SubscriptionState {
    const progress = this.hasStarted ? this.progress.text() : undefined;
    const copy = new SubscriptionState({ ...this.filter, progress }, this.validate);
    copy.#recentIds = new Set(this.#recentIds);
    copy.#newest = this.#newest.copy();
    copy.#refused = new Set(this.#refused);
    return copy;
  }

  overlaps(other: SubscriptionState): boolean {
    return this.filter.overlaps(other.filter);
  }

  /** Delivers an event of this connection once, as an error if it does not match its schema. */
  receive(event: CloudEvent, connection: number): Delivery[] {
    const id = `${event.source} ${event.id}`;
    if (this.progress.has(event) || this.#recentIds.has(id)) return [];
    // Without progress in its source, an event is missed if an earlier connection delivered a newer one.
    if (this.#newest.add(event, connection) && !this.progress.hasSource(event.source)) return [];
    this.#recentIds.add(id);
    removeOldest(this.#recentIds);
    const error = this.check(event);
    return this.#record([error ? { kind: "error", error } : { kind: event.late ? "late" : "event", event }]);
  }

  /** Returns why an event does not match its schema. */
  check(event: CloudEvent): InvalidEvent | undefined {
    const detail = this.validate?.(event);
    return detail === undefined ? undefined : new InvalidEvent(event, detail);
  }

  /** Delivers the buffered events of an acknowledged subscribe. `positions` has the sources of all its subscriptions. If
   * this one was live, the subscribe only checked for lost events, or resumed another one. */
  catchUp(
    positions: Positions, results: ResumeResults, buffered: CloudEvent[], wasLive: boolean, connection: number,
  ): Delivery[] {
    const deliveries: Delivery[] = [];
    if (this.hasStarted && positions.size === 0) deliveries.push(gap("the server", "position-unknown"));
    const own = new Map([...positions].filter(([source]) => this.filter.canHave(source)));
    const [starts, advances] = [new Map<string, Position>(), new Map<string, Position>()];
    for (const [source, position] of own) {
      const result = results.get(source);
      const { recovered, reason = "position-unknown" } = result ?? {};
      if (recovered && this.progress.hasSource(source)) advances.set(source, position);
      else if (!wasLive || !NO_GAP_IF_LIVE.includes(reason)) {
        starts.set(source, position);
        if (this.#isGap(source, result, wasLive)) deliveries.push(gap(source, reason));
      }
    }
    deliveries.push(...changed("start", starts));
    this.#record(deliveries);
    // Before other sources are forgotten: the progress in them recognizes events that must not arrive again.
    for (const event of inLogOrder(buffered)) deliveries.push(...this.receive(event, connection));
    this.hasStarted = true;
    const sources: Delivery = { kind: "sources", sources: new Set(own.keys()) };
    return [...deliveries, ...this.#record([sources, ...changed("advance", advances)])];
  }

  /** Handles the sources of all subscriptions of the connection. Forgets others, and starts in new ones. */
  list(positions: Positions): Delivery[] {
    const isOwn = (source: string) => this.progress.hasSource(source) || this.filter.isWithin(source);
    const own = [...positions].filter(([source]) => isOwn(source));
    const sources = new Set(own.map(([source]) => source));
    if (this.progress.isListed(sources)) return [];
    const isNew = ([source, position]: [string, Position]) => isEmpty(position) && !this.progress.hasSource(source);
    return this.#record([{ kind: "sources", sources }, ...changed("start", new Map(own.filter(isNew)))]);
  }

  /** Returns whether a log continued after the last delivered event. Mostly with events that do not match. */
  isBehind(logEnds: Positions): boolean {
    return [...logEnds].some(([source, position]) => this.progress.isBehind(source, position));
  }

  /** Records that every event up to these positions was delivered. */
  advanceTo(positions: Positions): Delivery[] {
    const later = new Map([...positions].filter(([source, position]) => this.progress.canAdvanceTo(source, position)));
    return this.#record(changed("advance", later));
  }

  /** Delivers the error once, although every connection subscribes to the subject again. */
  refuse(subject: string, reason: string): Delivery[] {
    if (this.#refused.has(subject)) return [];
    this.#refused.add(subject);
    return [{ kind: "error", error: new Refused(subject, reason) }];
  }

  /** There is no gap in a source that only other subscriptions of the same message resumed. A live one may miss what was
   * on its way, because it cannot distinguish that from the replay. One whose stored progress is lost may miss
   * anything. */
  #isGap(source: string, result: ResumeResult | undefined, wasLive: boolean): boolean {
    return this.hasStarted && (!result || wasLive || this.progress.isEmpty || this.progress.hasSource(source));
  }

  #record(deliveries: Delivery[]): Delivery[] {
    for (const delivery of deliveries) this.progress.add(delivery);
    return deliveries;
  }
}

function changed(kind: "start" | "advance", positions: Positions): Delivery[] {
  return positions.size > 0 ? [{ kind, positions }] : [];
}

function gap(source: string, reason: string): Delivery {
  return { kind: "gap", gap: { type: "gap", source, reason } };
}
