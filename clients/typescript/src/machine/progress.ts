import { InvalidEvent } from "../errors.js";
import type { CloudEvent } from "../protocol/event.js";
import { parsePosition, type Position, type Positions } from "../protocol/position.js";
import type { Delivery, Replaced } from "./delivery.js";
import { RecentOffsets } from "./recent-offsets.js";
import { SourceProgress } from "./source-progress.js";
import { parseStored } from "./stored-progress.js";

/** The progress of a subscription in the logs of its sources. Events of other sources have no effect. */
export class Progress {
  readonly sources = new Map<string, SourceProgress>();
  /** The sources that the server listed, also those without a position. */
  #listed: ReadonlySet<string> = new Set();
  readonly #recent = new RecentOffsets();

  /** Reads the result of `text`. Any other text gives an empty progress. */
  static restore(text: string): Progress {
    const progress = new Progress();
    for (const [source, stored] of Object.entries(parseStored(text))) {
      progress.#set(source, SourceProgress.restore(stored, progress.#recent.free));
    }
    return progress;
  }

  get isEmpty(): boolean {
    return this.sources.size === 0;
  }

  text(): string {
    const sources = [...this.sources].map(([source, progress]) => [source, progress.store()]);
    return JSON.stringify(Object.fromEntries(sources));
  }

  has(event: CloudEvent): boolean {
    const position = parsePosition(event.position);
    return position !== undefined && (this.#source(event.source, position.epoch)?.has(position.offset) ?? false);
  }

  add(delivery: Delivery): void {
    if (delivery.kind === "start") for (const [source, position] of delivery.positions) this.#start(source, position);
    else if (delivery.kind === "advance") this.#advance(delivery.positions);
    else if (delivery.kind === "sources") this.#list(delivery.sources);
    else if (delivery.kind === "event" || delivery.kind === "late") {
      for (const event of delivery.replaced ?? []) this.#addEvent(event);
      this.#addEvent(delivery.event);
    }
    else if (delivery.kind === "error" && delivery.error instanceof InvalidEvent) this.#addEvent(delivery.error.event);
  }

  /** The position of each source to resume after. */
  get last(): [string, Position][] {
    return [...this.sources].map(([source, progress]) => [source, progress.last]);
  }

  hasSource(source: string): boolean {
    return this.sources.has(source);
  }

  /** Returns whether the server listed the same sources before, and no others have a position. */
  isListed(sources: ReadonlySet<string>): boolean {
    const isSame = sources.size === this.#listed.size && [...sources].every((source) => this.#listed.has(source));
    return isSame && [...this.sources.keys()].every((source) => sources.has(source));
  }

  isBehind(source: string, end: Position): boolean {
    return this.sources.get(source)?.isBehind(end) ?? false;
  }

  canAdvanceTo(source: string, end: Position): boolean {
    return this.sources.get(source)?.canAdvanceTo(end) ?? false;
  }

  #start(source: string, position: Position): SourceProgress {
    return this.#set(source, new SourceProgress(position));
  }

  #set(source: string, progress: SourceProgress): SourceProgress {
    this.sources.set(source, progress);
    this.#recent.addAll(progress);
    return progress;
  }

  #advance(positions: Positions): void {
    for (const [source, position] of positions) {
      if (!this.canAdvanceTo(source, position)) continue;
      (this.#source(source, position.epoch) ?? this.#start(source, position)).advanceTo(position.offset);
    }
  }

  #list(sources: ReadonlySet<string>): void {
    this.#listed = sources;
    for (const source of this.sources.keys()) if (!sources.has(source)) this.sources.delete(source);
  }

  #addEvent({ source, position: text }: Replaced): void {
    const position = parsePosition(text);
    const known = this.sources.get(source);
    if (!position || !(known || this.#listed.has(source)) || known?.isOfLaterEpoch(position)) return;
    const { epoch, offset } = position;
    const progress = this.#source(source, epoch) ?? this.#start(source, { epoch, offset: 0 });
    progress.add(offset);
    this.#recent.add(progress, offset);
  }

  #source(source: string, epoch: string): SourceProgress | undefined {
    const progress = this.sources.get(source);
    return progress?.epoch === epoch ? progress : undefined;
  }
}
