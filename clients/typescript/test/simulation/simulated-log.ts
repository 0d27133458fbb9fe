import { event } from "../server-events.js";

/** An event in the log of its channel. */
export interface Logged {
  id: number;
  source: string;
  offset: number;
  at: number;
  subject: string;
  type: string;
  /** Every event of the channel up to this offset was dispatched when this one was appended. */
  deliveredTo: number;
  frame: string;
}

/** Two items share each subject that ends in `/1`. One of them has the events of the type `y.v1`. */
export function itemOf({ subject, type }: Pick<Logged, "subject" | "type">): string {
  return subject.endsWith("/1") && type === "y.v1" ? `${subject} ${type}` : subject;
}

/** The log of one channel. Its epochs are numbers that grow. */
export class SimulatedLog {
  readonly events: Logged[] = [];
  #epoch = "";
  /** The end of the epoch before, which this one continues. */
  #continued: string | undefined;
  /** All events have expired. */
  #quiet = false;

  constructor(
    readonly source: string,
    private readonly nextEpoch: () => string,
  ) {}

  /** `more`: other members of the event. */
  append({ id, subject, type, at }: Pick<Logged, "id" | "subject" | "type" | "at">, delivered: number, more: object): Logged {
    if (this.#quiet || this.events.length === 0) this.#continue();
    const offset = this.events.length + 1;
    const deliveredTo = Math.min(offset - 1, delivered);
    const frame = event(type, {}, { id: `${id}`, source: this.source, subject, position: `${this.#epoch}-${offset}`, ...more });
    const logged = { id, source: this.source, offset, at, subject, type, deliveredTo, frame };
    this.events.push(logged);
    return logged;
  }

  /** All events expire. The next one begins another epoch, which continues this one. */
  expire(): void {
    this.#quiet = this.events.length > 0;
  }

  /** A log without events has another epoch each time. */
  get end(): string {
    return this.events.length === 0 ? `${this.nextEpoch()}-0` : `${this.#epoch}-${this.events.length}`;
  }

  /** Returns the offset after which a client at this position may miss events, unless some of them have expired. */
  resolve(position: string): number | undefined {
    const [epoch, text] = position.split("-");
    const offset = Number(text);
    if (position === this.#continued || (this.#quiet && position === this.end)) return offset;
    if (offset === 0 && this.#continued === undefined) return 0;
    if (epoch !== this.#epoch || this.#quiet) return undefined;
    return Math.min(offset, this.events[offset - 1]?.deliveredTo ?? offset);
  }

  #continue(): void {
    this.#continued = this.events.length > 0 ? this.end : undefined;
    this.#epoch = this.nextEpoch();
    this.#quiet = false;
  }
}
