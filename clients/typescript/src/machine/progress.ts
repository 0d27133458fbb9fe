import { InvalidEvent } from "../errors.js";
import type { CloudEvent } from "../protocol/event.js";
import { parsePosition, type Position } from "../protocol/position.js";
import type { Delivery } from "./delivery.js";
import { SourceProgress, type StoredProgress } from "./source-progress.js";

/** The progress of a subscription in the logs of all its sources. */
export class Progress {
  readonly #sources = new Map<string, SourceProgress>();

  /** Reads the result of `text`. Any other text gives an empty progress. */
  static restore(text: string): Progress {
    const progress = new Progress();
    for (const [source, stored] of Object.entries(parse(text))) {
      progress.#sources.set(source, SourceProgress.restore(stored));
    }
    return progress;
  }

  /** Returns the events that all of them have delivered. Leaves out a source that differs in its epoch. A
   * subscription that resumes without it reports that events may be missing. */
  static least(all: Progress[]): Progress {
    const [first = new Progress(), ...others] = all.filter((progress) => progress.#sources.size > 0);
    const least = new Progress();
    for (const [name, source] of first.#sources) {
      const rest = others.map((other) => other.#source(name, source.epoch));
      if (rest.every((other) => other !== undefined)) {
        least.#sources.set(name, rest.reduce((one, other) => one.least(other), source));
      }
    }
    return least;
  }

  get isEmpty(): boolean {
    return this.#sources.size === 0;
  }

  text(): string {
    const sources = [...this.#sources].map(([source, progress]) => [source, progress.store()]);
    return JSON.stringify(Object.fromEntries(sources));
  }

  has(event: CloudEvent): boolean {
    const position = parsePosition(event.position);
    return position !== undefined && (this.#source(event.source, position.epoch)?.has(position.offset) ?? false);
  }

  add(delivery: Delivery): void {
    if (delivery.kind === "start") this.#start(delivery.source, delivery.position);
    else if (delivery.kind === "advance") this.#advance(delivery.source, delivery.position);
    else if (delivery.kind === "event") this.#addEvent(delivery.event);
    else if (delivery.error instanceof InvalidEvent) this.#addEvent(delivery.error.event);
  }

  /** The position of each source to resume after. */
  get last(): [string, Position][] {
    return [...this.#sources].map(([source, progress]) => [source, progress.last]);
  }

  hasSource(source: string): boolean {
    return this.#sources.has(source);
  }

  /** Returns whether the position belongs to the log of this progress, and not to another epoch. */
  isSameLog(source: string, { epoch }: Position): boolean {
    return this.#source(source, epoch) !== undefined;
  }

  /** Returns whether the log continued after the last delivered event. */
  isBehind(source: string, { epoch, offset }: Position): boolean {
    const progress = this.#source(source, epoch);
    return progress !== undefined && progress.last.offset < offset;
  }

  canAdvanceTo(source: string, { epoch, offset }: Position): boolean {
    return this.#source(source, epoch)?.canAdvanceTo(offset) ?? false;
  }

  #start(source: string, position: Position): SourceProgress {
    const progress = new SourceProgress(position);
    this.#sources.set(source, progress);
    return progress;
  }

  #advance(source: string, position: Position): void {
    (this.#source(source, position.epoch) ?? this.#start(source, position)).advanceTo(position.offset);
  }

  #addEvent({ source, position: text }: CloudEvent): void {
    const position = parsePosition(text);
    if (!position) return;
    const { epoch, offset } = position;
    (this.#source(source, epoch) ?? this.#start(source, { epoch, offset: 0 })).add(offset);
  }

  #source(source: string, epoch: string): SourceProgress | undefined {
    const progress = this.#sources.get(source);
    return progress?.epoch === epoch ? progress : undefined;
  }
}

function parse(text: string): Record<string, StoredProgress> {
  try {
    const sources: Record<string, StoredProgress> = JSON.parse(text) ?? {};
    return Object.values(sources).every(isStored) ? sources : {};
  } catch {
    return {};
  }
}

function isStored(progress: StoredProgress | null): boolean {
  const { epoch, floor, seen } = progress ?? {};
  return typeof epoch === "string" && Number.isSafeInteger(floor) && typeof seen === "string";
}
