import type { Message } from "../protocol/message.js";
import type { Interest } from "./interest.js";
import { PATIENCE } from "./settings.js";

export interface Request {
  action: Message["action"];
  interest: Interest | undefined;
  /** When it is too late for an answer (ms). */
  by: number;
}

/** The messages of a connection whose answers are not there yet. */
export class Requests {
  readonly #requests = new Map<string, Request>();
  #ids = 0;

  add(action: Message["action"], interest: Interest | undefined, now: number): string {
    const id = `${++this.#ids}`;
    this.#requests.set(id, { action, interest, by: now + PATIENCE[action] });
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

  /** Messages overtake each other: while one is under way, its opposite must not be sent. */
  isBusyWith({ subjects }: Interest): boolean {
    const busy = [...this.#requests.values()].flatMap((request) => request.interest?.subjects ?? []);
    return subjects.some((subject) => busy.includes(subject));
  }

  late(now: number): Request | undefined {
    return [...this.#requests.values()].find((request) => now >= request.by);
  }

  get lateAt(): number {
    return Math.min(...[...this.#requests.values()].map((request) => request.by));
  }
}
