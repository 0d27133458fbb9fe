import { InvalidEvent, NotRecovered, Refused } from "../errors.js";
import type { CloudEvent, Validate } from "../protocol/event.js";
import { EventFilter } from "../protocol/filter.js";
import type { Position, Positions } from "../protocol/position.js";
import type { ResumeResult, ResumeResults } from "../protocol/sources.js";
import type { Delivery } from "./delivery.js";
import { inLogOrder } from "./log-order.js";
import { Progress } from "./progress.js";
import { RecentIds } from "./recent-ids.js";
import { MAX_REMEMBERED } from "./source-progress.js";

export interface SubscriptionConfig {
  subjects: string[];
  types?: string[] | undefined;
  /** The text of a stored `Progress` to resume from. */
  progress?: string | undefined;
}

/** One subscription of the application, over all connections. Each method returns the deliveries that follow. */
export class SubscriptionState {
  readonly filter: EventFilter;
  readonly progress: Progress;
  /** True if the subscription has a position. Then it must resume, and may miss no event. */
  hasStarted: boolean;
  #recentIds = new RecentIds(MAX_REMEMBERED);
  #refused = new Set<string>();

  constructor(
    { subjects, types, progress }: SubscriptionConfig,
    private readonly validate: Validate | undefined,
  ) {
    this.filter = new EventFilter(subjects, types);
    this.hasStarted = progress !== undefined;
    this.progress = Progress.restore(progress ?? "");
  }

  /** Returns a new state that continues after the last delivery of this one. */
  copy(): SubscriptionState {
    const progress = this.hasStarted ? this.progress.text() : undefined;
    const copy = new SubscriptionState({ ...this.filter, progress }, this.validate);
    copy.#recentIds = this.#recentIds.copy();
    copy.#refused = new Set(this.#refused);
    return copy;
  }

  overlaps(other: SubscriptionState): boolean {
    return this.filter.overlaps(other.filter);
  }

  /** Delivers an event once, as an error if it does not match its schema. */
  receive(event: CloudEvent): Delivery[] {
    const id = `${event.source} ${event.id}`;
    if (this.progress.has(event) || this.#recentIds.has(id)) return [];
    this.#recentIds.add(id);
    const detail = this.validate?.(event);
    const error = detail === undefined ? undefined : new InvalidEvent(event, detail);
    return this.#record([error ? { kind: "error", error } : { kind: "event", event }]);
  }

  /** Delivers the buffered events of an acknowledged subscribe. If the subscription was live, the subscribe only
   * checked for lost events, and `too-much` is no gap. */
  catchUp(positions: Positions, results: ResumeResults, buffered: CloudEvent[], wasLive: boolean): Delivery[] {
    const deliveries: Delivery[] = [];
    if (this.hasStarted && positions.size === 0) deliveries.push(gap("the server", "position-unknown"));
    const advances: Delivery[] = [];
    for (const [source, position] of positions) {
      const result = results.get(source);
      const isResumed = result?.recovered && this.progress.isSameLog(source, position);
      if (isResumed) advances.push({ kind: "advance", source, position });
      else if (!wasLive || result?.reason !== "too-much") deliveries.push(...this.#start(source, position, result));
    }
    this.#record(deliveries);
    for (const event of inLogOrder(buffered)) deliveries.push(...this.receive(event));
    this.hasStarted = true;
    return [...deliveries, ...this.#record(advances)];
  }

  /** Returns whether a log continued after the last delivered event. Mostly with events that do not match. */
  isBehind(logEnds: Positions): boolean {
    return [...logEnds].some(([source, position]) => this.progress.isBehind(source, position));
  }

  /** Records that every event up to these positions was delivered. Ignores positions of another epoch. */
  advanceTo(positions: Positions): Delivery[] {
    const later = [...positions].filter(([source, position]) => this.progress.canAdvanceTo(source, position));
    return this.#record(later.map(([source, position]) => ({ kind: "advance", source, position })));
  }

  /** Delivers the error once, although every connection subscribes to the subject again. */
  refuse(subject: string, reason: string): Delivery[] {
    if (this.#refused.has(subject)) return [];
    this.#refused.add(subject);
    return [{ kind: "error", error: new Refused(subject, reason) }];
  }

  /** There is no gap in a source that only other subscriptions of the same message resumed. */
  #start(source: string, position: Position, result: ResumeResult | undefined): Delivery[] {
    const start: Delivery = { kind: "start", source, position };
    const isGap = this.hasStarted && (!result || this.progress.hasSource(source));
    return isGap ? [gap(source, result?.reason ?? "position-unknown"), start] : [start];
  }

  #record(deliveries: Delivery[]): Delivery[] {
    for (const delivery of deliveries) this.progress.add(delivery);
    return deliveries;
  }
}

function gap(source: string, reason: string): Delivery {
  return { kind: "error", error: new NotRecovered(source, reason) };
}
