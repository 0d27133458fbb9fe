import type { Message } from "../protocol/message.js";
import type { Holding } from "./holding.js";
import type { Interest } from "./interest.js";
import { PATIENCE } from "./settings.js";

export interface Request {
  action: Message["action"];
  interests: Interest[];
  /** What its answer lets go. */
  holding?: Holding | undefined;
  /** When it is too late for an answer (ms). */
  by: number;
}

/** The messages of a connection whose answers are not there yet. */
export class Requests {
  readonly #requests = new Map<string, Request>();
  #ids = 0;

  /** Gives it an id. */
  add(request: Omit<Request, "by">, now: number): string {
    const id = `${++this.#ids}`;
    this.#requests.set(id, { ...request, by: now + PATIENCE[request.action] });
    return id;
  }

  get(id: string | undefined): Request | undefined {
    return this.#requests.get(id ?? "");
  }

  /** It waits no longer. */
  answered(id: string | undefined): Request | undefined {
    const request = this.get(id);
    this.#requests.delete(id ?? "");
    return request;
  }

  /** Messages overtake each other: while one is under way, its opposite must not be sent. And while events are told
   * again, nothing else may begin that they could be taken for. */
  isBusyWith(interest: Interest): boolean {
    return [...this.#requests.values()].some(({ interests }) => interests.some((other) => other.overlaps(interest)));
  }

  late(now: number): Request | undefined {
    return [...this.#requests.values()].find((request) => now >= request.by);
  }

  get lateAt(): number {
    return Math.min(...[...this.#requests.values()].map((request) => request.by));
  }
}
