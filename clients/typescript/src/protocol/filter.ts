import * as channel from "./channel.js";
import { type CloudEvent, TOO_LARGE, type TooLarge } from "./event.js";
import { matches, overlap } from "./subject.js";

/** The events that a subscription receives, by subject and optionally by type. */
export class EventFilter {
  constructor(
    readonly subjects: string[],
    /** Every type, if undefined. */
    readonly types?: string[],
  ) {}

  /** `refused`: the subjects that do not count. */
  matches(event: CloudEvent, refused?: ReadonlySet<string>): boolean {
    const type = event.type === TOO_LARGE ? (event as TooLarge).data.type : event.type;
    const subject = event.subject ?? "";
    const isOwn = this.subjects.some((pattern) => !refused?.has(pattern) && matches(pattern, subject));
    return isOwn && (this.types?.includes(type) ?? true);
  }

  /** Returns whether the source has events of these subjects. */
  canHave(source: string): boolean {
    return this.subjects.some((pattern) => channel.canHave(pattern, source));
  }

  /** Returns whether one of the subjects has its events in this source only. */
  isWithin(source: string): boolean {
    return this.subjects.some((pattern) => channel.isWithin(pattern, source));
  }

  /** Returns whether one event can match both filters. Types are ignored. */
  overlaps(other: EventFilter): boolean {
    return this.subjects.some((one) => other.subjects.some((subject) => overlap(one, subject)));
  }
}
