import { positions, resumptions } from "../protocol/answer.js";
import { type CloudEvent, type Control, isControl, type Validate } from "../protocol/event.js";
import { read } from "../protocol/frame.js";
import type { Message } from "../protocol/message.js";
import type { Effect } from "./effect.js";
import { Holding } from "./holding.js";
import type { Interest } from "./interest.js";
import type { Step } from "./progress.js";
import { type Request, Requests } from "./requests.js";
import { ANOTHER_TOKEN, PATIENCE, type Settings } from "./settings.js";

/** What the connections have in common. */
export interface Shared {
  settings: Settings;
  random: () => number;
  validate: Validate | undefined;
  /** What the application wants. */
  interests: Set<Interest>;
  effects: Effect[];
}

type Unnumbered<M = Message> = M extends Message ? Omit<M, "id"> : never;
type Of<Type extends Control["type"]> = Extract<Control, { type: Type }>;

/** Errors that the same subscription would get again. */
const REFUSING = ["bad-message", "unknown-action", "message-too-large"];

/** One connection, from the attempt to make it. It throws when it is good for nothing any more. */
export class Link {
  open = false;
  /** Since when all subscriptions are caught up. */
  liveSince = Infinity;
  /** When another one should take its place. */
  leaveAt = Infinity;
  #openBy: number;
  #pingAt = Infinity;
  #checkAt = Infinity;
  #renewAt = Infinity;
  readonly #requests = new Requests();
  readonly #holdings = new Map<Interest, Holding>();
  /** Which subscriptions the server has, or is about to. */
  readonly #asked = new Set<Interest>();

  constructor(
    readonly id: number,
    private readonly shared: Shared,
    now: number,
  ) {
    this.#openBy = now + PATIENCE.connect;
    shared.effects.push({ do: "open", link: id });
  }

  opened(expiresAt: number | undefined, now: number): void {
    const { pingEvery, checkEvery, leaveAfter } = this.shared.settings;
    this.open = true;
    this.#openBy = Infinity;
    this.#pingAt = now + pingEvery;
    this.#checkAt = now + checkEvery;
    this.leaveAt = now + this.#between(...leaveAfter);
    this.#renewBefore(expiresAt, now);
  }

  received(frame: string, now: number): void {
    for (const event of read(frame)) {
      if (isControl(event)) this.#control(event as Control, now);
      else this.#event(event, now);
    }
  }

  renewed(token: string, now: number): void {
    this.#send({ action: "refresh", token }, now);
  }

  notRenewed(now: number): void {
    this.#renewAt = now + ANOTHER_TOKEN;
  }

  nudge(now: number): void {
    if (this.open) this.#pingAt = now;
  }

  due(now: number): void {
    if (now >= this.#openBy) throw new Error("the connection did not open in time");
    const late = this.#requests.late(now);
    if (late) throw new Error(`no answer to ${late.action}`);
    if (now >= this.#pingAt) this.#ping(now);
    if (now >= this.#renewAt) this.#renew();
  }

  get wakeAt(): number {
    return Math.min(this.#openBy, this.#pingAt, this.#renewAt, this.leaveAt, this.#requests.lateAt);
  }

  /** Makes the server's subscriptions those that the application wants. While another connection is the one that
   * counts, only those that have begun there. */
  ask(alone: boolean, now: number): void {
    if (!this.open) return;
    const { interests } = this.shared;
    for (const interest of this.#asked) if (!interests.has(interest)) this.#unsubscribe(interest, now);
    for (const interest of interests) {
      if (!this.#asked.has(interest) && (alone || interest.resumes)) this.#subscribe(interest, now);
    }
  }

  /** Whether all that is wanted could be released. */
  get isCaughtUp(): boolean {
    const complete = (interest: Interest) => this.#holdings.get(interest)?.isComplete ?? false;
    return this.open && [...this.shared.interests].every(complete);
  }

  release(now: number): void {
    if (!this.open) return;
    for (const [interest, holding] of this.#holdings) {
      this.#deliver(interest, holding.release(now));
      if (!holding.isComplete) continue;
      this.#holdings.delete(interest);
      this.shared.effects.push({ do: "confirm", interest });
    }
    if (this.#holdings.size === 0) this.liveSince = Math.min(this.liveSince, now);
  }

  #event(event: CloudEvent, now: number): void {
    for (const interest of this.shared.interests) {
      if (!interest.wants(event)) continue;
      const holding = this.#holdings.get(interest);
      if (holding) holding.add(event);
      else if (this.#asked.has(interest)) this.#deliver(interest, interest.take(event, now));
    }
  }

  #control(event: Control, now: number): void {
    const wrong = this.shared.validate?.(event);
    if (wrong !== undefined) throw new Error(`${event.type} breaks its schema: ${wrong}`);
    const { request: id } = event.data as { request?: string };
    if ((event.type as string) === "tablecast.resumed.v1") return this.#resumed(this.#requests.get(id), event);
    const request = this.#requests.answered(id);
    if (event.type === "tablecast.subscribed.v1") this.#subscribed(request, event);
    else if (event.type === "tablecast.pong.v1") this.#pong(event, now);
    else if (event.type === "tablecast.refreshed.v1") this.#refreshed(event, now);
    else if (event.type === "tablecast.error.v1") this.#error(request, event);
    else if ((event.type as string) === "tablecast.reconnect.v1") this.leaveAt = now;
  }

  #resumed(request: Request | undefined, event: CloudEvent): void {
    const { interest } = request ?? {};
    if (interest) this.#holdings.get(interest)?.resumed(resumptions(event));
  }

  #subscribed(request: Request | undefined, event: Of<"tablecast.subscribed.v1">): void {
    const { interest } = request ?? {};
    const holding = interest && this.#holdings.get(interest);
    if (!holding) return;
    const { subjects } = event.data;
    for (const { subject, granted, reason } of subjects) {
      if (!granted) this.#deliver(interest, interest.refuse(subject, reason ?? "not-granted"));
    }
    holding.answered(subjects.some(({ granted }) => granted) ? positions(event) : "refused");
  }

  /** The connection is healthy: what was pushed long ago has come. But something may have been lost without a sign. */
  #pong(event: CloudEvent, now: number): void {
    for (const interest of this.#asked) {
      if (!this.#holdings.has(interest)) this.#deliver(interest, interest.settle(now));
    }
    if (now < this.#checkAt) return;
    this.#checkAt = now + this.shared.settings.checkEvery;
    const ends = positions(event);
    for (const interest of this.#asked) {
      if (interest.isBehind(ends)) this.#subscribe(interest, now);
    }
  }

  #refreshed({ data }: Of<"tablecast.refreshed.v1">, now: number): void {
    this.#renewBefore(Date.parse(data.expiresAt), now);
    for (const interest of this.#asked) {
      const removed = interest.subjects.filter((subject) => data.removed.includes(subject));
      for (const subject of removed) this.#deliver(interest, interest.refuse(subject, "not-granted"));
    }
  }

  #error(request: Request | undefined, { data }: Of<"tablecast.error.v1">): void {
    const { interest } = request ?? {};
    if (!interest || data.closing || !REFUSING.includes(data.code)) throw new Error(`${data.code}: ${data.message}`);
    for (const subject of interest.subjects) this.#deliver(interest, interest.refuse(subject, data.message));
    this.#holdings.get(interest)?.answered("refused");
  }

  #ping(now: number): void {
    this.#pingAt = now + this.shared.settings.pingEvery;
    this.#send({ action: "ping" }, now);
  }

  #renew(): void {
    this.#renewAt = Infinity;
    this.shared.effects.push({ do: "renew", link: this.id });
  }

  #renewBefore(expiresAt: number | undefined, now: number): void {
    if (expiresAt === undefined) return;
    const left = Math.max(expiresAt - now, 0);
    this.#renewAt = now + Math.max(this.#between(0.7 * left, 0.85 * left), ANOTHER_TOKEN);
  }

  #subscribe(interest: Interest, now: number): void {
    if (this.#requests.isBusyWith(interest)) return;
    this.#asked.add(interest);
    this.#holdings.set(interest, new Holding(interest));
    const { subjects, types } = interest;
    const after = interest.progress.after();
    this.#send({ action: "subscribe", subjects, ...(types && { types }), ...(after && { after }) }, now, interest);
  }

  #unsubscribe(interest: Interest, now: number): void {
    this.#holdings.delete(interest);
    if (this.#requests.isBusyWith(interest)) return;
    this.#asked.delete(interest);
    this.#send({ action: "unsubscribe", subjects: interest.subjects }, now, interest);
  }

  #send(message: Unnumbered, now: number, interest?: Interest): void {
    const id = this.#requests.add(message.action, interest, now);
    this.shared.effects.push({ do: "send", link: this.id, message: { ...message, id } as Message });
  }

  #deliver(interest: Interest, steps: Step[]): void {
    for (const step of steps) this.shared.effects.push({ do: "deliver", interest, step });
  }

  #between(least: number, most: number): number {
    return Math.round(least + this.shared.random() * (most - least));
  }
}
