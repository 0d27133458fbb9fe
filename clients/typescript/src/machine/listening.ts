import { positions, resumptions } from "../protocol/answer.js";
import type { CloudEvent } from "../protocol/event.js";
import type { Position } from "../protocol/position.js";
import { after, group, types } from "./group.js";
import { Holding } from "./holding.js";
import type { Interest } from "./interest.js";
import type { Step } from "./progress.js";
import type { Request, Requests } from "./requests.js";
import type { Of, Shared, Unnumbered } from "./shared.js";

type Send = (message: Unnumbered, interests: Interest[], now: number, holding?: Holding) => void;

/** The subscriptions of one connection. */
export class Listening {
  /** Which the server has, or is about to. */
  readonly #asked = new Set<Interest>();
  /** Which it ever had: what was pushed for them may still come. */
  readonly #known = new Set<Interest>();
  readonly #holdings = new Set<Holding>();
  /** Which are caught up: everything of theirs is pushed. */
  readonly #live = new Set<Interest>();

  constructor(
    private readonly shared: Shared,
    private readonly requests: Requests,
    private readonly send: Send,
  ) {}

  /** Makes the server's subscriptions those that the application wants. While another connection is the one that
   * counts, only those that have begun there. */
  ask(alone: boolean, now: number): void {
    const { interests } = this.shared;
    for (const interest of this.#asked) if (!interests.has(interest)) this.#unsubscribe(interest, now);
    for (const interest of interests) {
      if (this.#asked.has(interest)) continue;
      if (interest.resumes) this.#resume(interest, now);
      else if (alone) this.#subscribe([interest], now);
    }
  }

  /** Whether all that is wanted could be released. */
  get isCaughtUp(): boolean {
    const isAsked = [...this.shared.interests].every((interest) => this.#asked.has(interest));
    return isAsked && [...this.#holdings].every((holding) => holding.isComplete);
  }

  get isHolding(): boolean {
    return this.#holdings.size > 0;
  }

  /** Tells what is certain. */
  release(): void {
    for (const holding of this.#holdings) {
      for (const interest of holding.interests) this.#deliver(interest, holding.release(interest));
      holding.forget();
      if (!holding.isComplete) continue;
      this.#holdings.delete(holding);
      for (const interest of holding.interests) this.#confirm(interest);
    }
  }

  event(event: CloudEvent): void {
    const held = new Set([...this.#holdings].flatMap((holding) => [...holding.interests]));
    for (const holding of this.#holdings) holding.add(event);
    for (const interest of this.#asked) {
      if (!held.has(interest) && interest.wants(event)) this.#deliver(interest, interest.take(event));
    }
  }

  resumed(request: Request | undefined, { data }: Of<"tablecast.resumed.v1">): void {
    request?.holding?.resumed(resumptions(data));
  }

  /** Who gets nothing has been told so. */
  subscribed(request: Request | undefined, event: Of<"tablecast.subscribed.v1">): void {
    const { subjects } = event.data;
    for (const { subject, granted, reason } of subjects) if (!granted) this.refuse(subject, reason ?? "not-granted");
    const granted = subjects.filter(({ granted }) => granted).map(({ subject }) => subject);
    request?.holding?.answered(positions(event.data));
    request?.holding?.keep((interest) => interest.subjects.some((subject) => granted.includes(subject)));
  }

  /** The server does not understand it, and would not the next time. */
  misunderstood({ interests, holding }: Request, message: string): void {
    for (const subject of interests.flatMap((interest) => interest.subjects)) this.refuse(subject, message);
    holding?.answered(new Map());
    holding?.keep(() => false);
  }

  refuse(subject: string, reason: string): void {
    for (const interest of this.#asked) {
      if (!interest.subjects.includes(subject)) continue;
      this.#deliver(interest, interest.refuse(subject, reason));
      this.#live.delete(interest);
    }
  }

  /** All up to these ends has come, unless it is being told again. */
  settle(ends: Map<string, Position>): void {
    if (this.isHolding) return;
    for (const interest of this.#live) this.#deliver(interest, interest.settle(ends));
  }

  /** Something may have been lost without a sign. */
  check(ends: Map<string, Position>, now: number): void {
    for (const interest of this.#asked) if (interest.isBehind(ends)) this.#resume(interest, now);
  }

  #resume(interest: Interest, now: number): void {
    const begun = [...this.shared.interests].filter((other) => other.resumes);
    this.#subscribe(group(interest, begun), now);
  }

  #subscribe(interests: Interest[], now: number): void {
    if (interests.some((interest) => this.requests.isBusyWith(interest))) return;
    const isSilent = ![...this.#known].some((known) => interests.some((interest) => interest.overlaps(known)));
    for (const interest of interests) this.#asked.add(interest);
    for (const interest of interests) this.#known.add(interest);
    const holding = new Holding(interests, isSilent, new Set(this.#live));
    this.#holdings.add(holding);
    const subjects = interests.flatMap((interest) => interest.subjects);
    const [wanted, from] = [types(interests), after(interests)];
    const message = { action: "subscribe" as const, subjects, ...(wanted && { types: wanted }), ...(from && { after: from }) };
    this.send(message, interests, now, holding);
  }

  #unsubscribe(interest: Interest, now: number): void {
    for (const holding of this.#holdings) holding.keep((other) => other !== interest);
    if (this.requests.isBusyWith(interest)) return;
    this.#asked.delete(interest);
    this.#live.delete(interest);
    this.send({ action: "unsubscribe", subjects: interest.subjects }, [interest], now);
  }

  #confirm(interest: Interest): void {
    this.#live.add(interest);
    this.shared.effects.push({ do: "confirm", interest });
  }

  #deliver(interest: Interest, steps: Step[]): void {
    for (const step of steps) this.shared.effects.push({ do: "deliver", interest, step });
  }
}
