import { positions } from "../protocol/answer.js";
import { type Control, isControl } from "../protocol/event.js";
import { read } from "../protocol/frame.js";
import type { Message } from "../protocol/message.js";
import type { Position } from "../protocol/position.js";
import { Ends } from "./ends.js";
import type { Holding } from "./holding.js";
import type { Interest } from "./interest.js";
import { Listening } from "./listening.js";
import { type Request, Requests } from "./requests.js";
import { ANOTHER_TOKEN, PATIENCE } from "./settings.js";
import type { Of, Shared, Unnumbered } from "./shared.js";

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
  /** Since the server had trouble with it. */
  #isInDoubt = false;
  readonly #ends = new Ends();
  readonly #requests = new Requests();
  readonly #listening: Listening;

  constructor(
    readonly id: number,
    private readonly shared: Shared,
    now: number,
  ) {
    this.#openBy = now + PATIENCE.connect;
    this.#listening = new Listening(shared, this.#requests, this.#send);
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
      else this.#listening.event(event);
    }
  }

  renewed(token: string, now: number): void {
    this.#send({ action: "refresh", token }, [], now);
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

  ask(alone: boolean, now: number): void {
    if (this.open) this.#listening.ask(alone, now);
  }

  /** Whether it can take the place of another. */
  get isCaughtUp(): boolean {
    return this.open && this.#listening.isCaughtUp;
  }

  /** As the one whose events count. First what has begun: what is asked for after that, resumes together with it. */
  go(now: number): void {
    if (!this.open) return;
    this.#listening.release();
    this.#listening.ask(true, now);
    if (!this.#listening.isHolding) this.liveSince = Math.min(this.liveSince, now);
  }

  #control(event: Control, now: number): void {
    const wrong = this.shared.validate?.(event);
    if (wrong !== undefined) throw new Error(`${event.type} breaks its schema: ${wrong}`);
    const { request: id } = event.data as { request?: string };
    if (event.type === "tablecast.resumed.v1") this.#listening.resumed(this.#requests.get(id), event);
    else this.#answer(event, this.#requests.answered(id), now);
  }

  #answer(event: Control, request: Request | undefined, now: number): void {
    if (event.type === "tablecast.subscribed.v1") this.#listening.subscribed(request, event);
    else if (event.type === "tablecast.pong.v1") this.#pong(event, now);
    else if (event.type === "tablecast.refreshed.v1") this.#refreshed(event, now);
    else if (event.type === "tablecast.error.v1") this.#error(request, event, now);
    else if (event.type === "tablecast.reconnect.v1") this.leaveAt = now;
  }

  /** The connection is healthy. */
  #pong({ data }: Of<"tablecast.pong.v1">, now: number): void {
    const ends = positions(data);
    if (this.#isInDoubt) this.#check(ends, now);
    else this.#listening.settle(this.#ends.settled(now));
    if (!this.#isInDoubt) this.#ends.add(ends, now);
  }

  #check(ends: Map<string, Position>, now: number): void {
    if (now < this.#checkAt || this.#listening.isHolding) return;
    this.#checkAt = now + this.shared.settings.checkEvery;
    this.#isInDoubt = false;
    this.#listening.check(ends, now);
  }

  /** It answers, so it is there; but who cannot read a table may not have pushed everything either. */
  #doubt(): void {
    this.#isInDoubt = true;
    this.#ends.forget();
  }

  #refreshed({ data }: Of<"tablecast.refreshed.v1">, now: number): void {
    this.#renewBefore(Date.parse(data.expiresAt), now);
    for (const subject of data.removed) this.#listening.refuse(subject, "not-granted");
  }

  #error(request: Request | undefined, { data }: Of<"tablecast.error.v1">, now: number): void {
    if (request?.action === "ping" && data.code === "unavailable") return this.#doubt();
    if (request?.action === "refresh" && data.code === "unavailable") return this.notRenewed(now);
    const isRefused = request?.action === "subscribe" && !data.closing && REFUSING.includes(data.code);
    if (!isRefused) throw new Error(`${data.code}: ${data.message}`);
    this.#listening.misunderstood(request, data.message);
  }

  #ping(now: number): void {
    this.#pingAt = now + this.shared.settings.pingEvery;
    this.#send({ action: "ping" }, [], now);
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

  readonly #send = (message: Unnumbered, interests: Interest[], now: number, holding?: Holding): void => {
    const id = this.#requests.add({ action: message.action, interests, holding }, now);
    this.shared.effects.push({ do: "send", link: this.id, message: { ...message, id } as Message });
  };

  #between(least: number, most: number): number {
    return Math.round(least + this.shared.random() * (most - least));
  }
}
