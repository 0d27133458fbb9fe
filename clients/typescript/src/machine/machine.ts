import type { Validate } from "../protocol/event.js";
import { Backoff } from "./backoff.js";
import type { Effect, State } from "./effect.js";
import { Interest, type Wanted } from "./interest.js";
import { Link } from "./link.js";
import { GOOD, type Settings } from "./settings.js";
import type { Shared } from "./shared.js";

/** The rules of the client: told what happens and when (ms), it says what is to be done. It has no clock and no sockets. */
export class Machine {
  readonly #shared: Shared;
  readonly #backoff: Backoff;
  /** The one whose events count. */
  #current: Link | undefined;
  /** Takes its place as soon as it has caught up. */
  #next: Link | undefined;
  #openAt = Infinity;
  #closed = false;
  #state: State = "waiting";
  #links = 0;

  constructor(settings: Settings, random: () => number, validate?: Validate) {
    this.#shared = { settings, random, validate, interests: new Set(), effects: [] };
    this.#backoff = new Backoff(random);
  }

  get state(): State {
    return this.#state;
  }

  /** When to `tick` at the latest. */
  get wakeAt(): number {
    return Math.min(this.#openAt, this.#current?.wakeAt ?? Infinity, this.#next?.wakeAt ?? Infinity);
  }

  start(now: number): Effect[] {
    this.#openAt = now;
    return this.tick(now);
  }

  close(now: number): Effect[] {
    const why = "closed by the application";
    this.#closed = true;
    this.#openAt = Infinity;
    for (const link of [this.#next, this.#current]) if (link) this.#drop(link, why);
    return this.#done(why, now);
  }

  interest(wanted: Wanted): Interest {
    return new Interest(wanted, this.#shared.validate);
  }

  subscribe(interest: Interest, now: number): Effect[] {
    this.#shared.interests.add(interest);
    return this.#done("a subscription was added", now);
  }

  unsubscribe(interest: Interest, now: number): Effect[] {
    this.#shared.interests.delete(interest);
    return this.#done("a subscription has ended", now);
  }

  opened(id: number, expiresAt: number | undefined, now: number): Effect[] {
    return this.#with(id, "connected", now, (link) => link.opened(expiresAt, now));
  }

  received(id: number, frame: string, now: number): Effect[] {
    return this.#with(id, "caught up", now, (link) => link.received(frame, now));
  }

  /** The connection ended, or could not be made. */
  lost(id: number, why: string, now: number): Effect[] {
    return this.#with(id, why, now, () => {
      throw new Error(why);
    });
  }

  renewed(id: number, token: string, now: number): Effect[] {
    return this.#with(id, "", now, (link) => link.renewed(token, now));
  }

  notRenewed(id: number, now: number): Effect[] {
    return this.#with(id, "", now, (link) => link.notRenewed(now));
  }

  /** The network is said to be back: wait no longer, and trust no connection. */
  nudge(now: number): Effect[] {
    if (this.#openAt < Infinity) this.#openAt = now;
    this.#current?.nudge(now);
    return this.tick(now);
  }

  tick(now: number): Effect[] {
    if (now >= this.#openAt) this.#current = this.#open(now);
    const whys = [this.#next, this.#current].map((link) => link && this.#attempt(link, now, () => link.due(now)));
    if (this.#current && now >= this.#current.leaveAt) this.#move(this.#current, now);
    return this.#done(whys.find((why) => why !== undefined) ?? "it is time", now);
  }

  #with(id: number, what: string, now: number, change: (link: Link) => void): Effect[] {
    const link = [this.#current, this.#next].find((link) => link?.id === id);
    const why = link && this.#attempt(link, now, () => change(link));
    return this.#done(why ?? what, now);
  }

  /** Why the connection is no more, if it is not. */
  #attempt(link: Link, now: number, change: () => void): string | undefined {
    try {
      change();
      return undefined;
    } catch (error) {
      const why = (error as Error).message;
      this.#ended(link, why, now);
      return why;
    }
  }

  #open(now: number): Link {
    this.#openAt = Infinity;
    return new Link(++this.#links, this.#shared, now);
  }

  #move(link: Link, now: number): void {
    link.leaveAt = Infinity;
    this.#next ??= this.#open(now);
  }

  #ended(link: Link, why: string, now: number): void {
    if (now - link.liveSince >= GOOD) this.#backoff.reset();
    const wasNext = link === this.#next;
    this.#drop(link, why);
    if (this.#current) {
      if (wasNext) this.#current.leaveAt = now + this.#backoff.next();
    } else if (this.#next) this.#promote(this.#next, why);
    else this.#openAt = now + this.#backoff.next();
  }

  #drop(link: Link, why: string): void {
    if (link === this.#current) this.#current = undefined;
    if (link === this.#next) this.#next = undefined;
    this.#shared.effects.push({ do: "drop", link: link.id, why });
  }

  #promote(next: Link, why: string): void {
    if (this.#current) this.#drop(this.#current, why);
    this.#next = undefined;
    this.#current = next;
  }

  /** What follows from any change. */
  #done(why: string, now: number): Effect[] {
    this.#current?.go(now);
    this.#next?.ask(false, now);
    if (this.#next?.isCaughtUp) {
      this.#promote(this.#next, "a new connection has taken its place");
      this.#current?.go(now);
    }
    this.#changed(why);
    return this.#shared.effects.splice(0);
  }

  #changed(why: string): void {
    const state = this.#now();
    if (state === this.#state) return;
    this.#state = state;
    this.#shared.effects.push({ do: "state", state, why });
  }

  #now(): State {
    if (this.#closed) return "closed";
    if (!this.#current) return "waiting";
    if (!this.#current.open) return "connecting";
    if (this.#current.liveSince === Infinity) return "subscribing";
    return this.#next ? "moving" : "live";
  }
}
