import type { Effect } from "../src/machine/effect.js";
import type { Interest, Wanted } from "../src/machine/interest.js";
import { Machine } from "../src/machine/machine.js";
import { DEFAULTS } from "../src/machine/settings.js";
import type { Validate } from "../src/protocol/event.js";
import type { Message } from "../src/protocol/message.js";

const SOURCE = "tablecast/orders";

export function event(type: string, data: unknown, more: object = {}): string {
  return JSON.stringify({ specversion: "1.0", id: `${type} ${Math.random()}`, source: "tablecast", type, data, ...more });
}

/** An event of the table: `at` is its offset. */
export function order(subject: string, at: number | undefined, more: object = {}): string {
  const position = at === undefined ? {} : { position: `e-${at}` };
  const id = `${subject} ${at}`;
  return event("order.placed.v1", { at }, { id, source: SOURCE, subject, ...position, ...more });
}

/** What comes first after a subscribe with `after`. */
export function resumed(request: string, resumption: object): string {
  return event("tablecast.resumed.v1", { request, sources: { [SOURCE]: resumption } });
}

export function subscribed(request: string, subjects: string[], at?: number): string {
  const granted = subjects.map((subject) => ({ subject, granted: true }));
  return event("tablecast.subscribed.v1", { request, subjects: granted, ...sources(at) });
}

export function pong(request: string | undefined, end?: number): string {
  return event("tablecast.pong.v1", { request, ...sources(end) });
}

function sources(at: number | undefined): object {
  return at === undefined ? {} : { sources: { [SOURCE]: `e-${at}` } };
}

/** A machine with a clock that is turned by hand, and all that it wanted. */
export class Stage {
  now = 0;
  readonly machine: Machine;
  effects: Effect[] = [];

  constructor({ random = () => 0.5, validate }: { random?: () => number; validate?: Validate } = {}) {
    this.machine = new Machine(DEFAULTS, random, validate);
    this.add(this.machine.start(0));
  }

  add(effects: Effect[]): void {
    this.effects.push(...effects);
  }

  subscribe(wanted: Partial<Wanted> & { subjects: string[] }): Interest {
    const interest = this.machine.interest({ types: undefined, ...wanted });
    this.add(this.machine.subscribe(interest, this.now));
    return interest;
  }

  unsubscribe(interest: Interest): void {
    this.add(this.machine.unsubscribe(interest, this.now));
  }

  opened(link: number, expiresAt?: number): void {
    this.add(this.machine.opened(link, expiresAt, this.now));
  }

  receive(link: number, ...frames: string[]): void {
    for (const frame of frames) this.add(this.machine.received(link, frame, this.now));
  }


  lose(link: number): void {
    this.add(this.machine.lost(link, "cut", this.now));
  }

  /** To the time of the next alarm. */
  wait(): number {
    this.now = this.machine.wakeAt;
    this.add(this.machine.tick(this.now));
    return this.now;
  }

  pass(time: number): void {
    this.now += time;
    this.add(this.machine.tick(this.now));
  }

  /** What was wanted since the last time that somebody looked. */
  take<Kind extends Effect["do"]>(kind: Kind): Extract<Effect, { do: Kind }>[] {
    const taken = this.effects.filter((effect) => effect.do === kind);
    this.effects = this.effects.filter((effect) => effect.do !== kind);
    return taken as Extract<Effect, { do: Kind }>[];
  }

  sent(): Message[] {
    return this.take("send").map(({ message }) => message);
  }

  /** Of events their ids; of problems their names. */
  told(): string[] {
    return this.take("deliver").flatMap(({ step }) => {
      if (step.kind === "event") return [step.event.id];
      return step.kind === "problem" ? [`${step.problem.name}: ${step.problem.message}`] : [];
    });
  }

  states(): string[] {
    return this.take("state").map(({ state }) => state);
  }

  /** Live on link 1, with one subscription, at this position. */
  static live(subjects = ["orders/*"], at?: number): { stage: Stage; interest: Interest } {
    const stage = new Stage();
    const interest = stage.subscribe({ subjects });
    stage.opened(1);
    stage.receive(1, subscribed("1", subjects, at));
    stage.effects = [];
    return { stage, interest };
  }
}
