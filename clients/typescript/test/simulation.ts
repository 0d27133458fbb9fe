// A server in the smallest: a log, dispatchers that overlap, connections that are cut; and an application that is
// reloaded. What happens next is chosen from outside.
import type { Effect } from "../src/machine/effect.js";
import type { Interest } from "../src/machine/interest.js";
import { Machine } from "../src/machine/machine.js";
import { Progress, type Step } from "../src/machine/progress.js";
import { DEFAULTS } from "../src/machine/settings.js";
import type { Message } from "../src/protocol/message.js";
import { matches } from "../src/protocol/subject.js";
import { event } from "./stage.js";

const SOURCE = "tablecast/orders";
const SUBJECTS = ["a/1", "a/2", "b/1"];
const TYPES = ["x.v1", "y.v1"];

/** docs/adr/0014-the-log.md */
const UNDER_WAY = 190_000;

interface Logged {
  offset: number;
  at: number;
  subject: string;
  type: string;
  /** Up to there all was dispatched when it was appended. */
  settled: number;
  frame: string;
}

type Subscribe = Extract<Message, { action: "subscribe" }>;
type Unsubscribe = Extract<Message, { action: "unsubscribe" }>;

interface Connection {
  /** By pattern: the types. */
  subscriptions: Map<string, string[] | undefined>;
  /** What the client is going to receive, in this order. */
  frames: string[];
  /** What is being done for it: its messages at the same time. */
  work: (() => void)[][];
  closing: boolean;
}

export interface Application {
  subjects: string[];
  types?: string[];
  interest?: Interest | undefined;
  /** As which it goes on once it has read what waits. */
  next?: Interest | undefined;
  progress: Progress;
  saved?: string;
  steps: Step[];
  /** The offset when it was confirmed first. */
  from?: number;
  told: Logged[];
  problems: string[];
}

export class Simulation {
  now = 0;
  readonly log: Logged[] = [];
  readonly fired = new Map<string, number>();
  #lanes: Logged[][] = [[], []];
  #last: Logged[] = [];
  #connections = new Map<number, Connection>();
  #opening: number[] = [];
  /** Whether it has trouble with the next ping. */
  #isInTrouble = false;
  #machine!: Machine;
  readonly applications: Application[] = [
    { subjects: ["a/*"], types: ["x.v1"], progress: new Progress(), steps: [], told: [], problems: [] },
    { subjects: ["*"], progress: new Progress(), steps: [], told: [], problems: [] },
    { subjects: ["b/1"], progress: new Progress(), steps: [], told: [], problems: [] },
  ];

  constructor(private readonly random: () => number) {
    this.#boot();
  }

  /** One of what may happen now: mostly what goes on by itself. */
  step(choice: number): void {
    const kind = choice % 100;
    const going = this.#progress();
    const actions = kind < 3 ? this.#faults() : kind < 25 || going.length === 0 ? this.#causes() : going;
    const [name, action] = actions[Math.floor(choice / 100) % actions.length]!;
    this.#count(name);
    action();
  }

  #count(name: string): void {
    this.fired.set(name, (this.fired.get(name) ?? 0) + 1);
  }

  /** Without any fault, until nothing is left to be done. */
  finish(): void {
    for (let steps = 0; ; steps++) {
      if (steps > 20_000) throw new Error(`it never ends: ${this.#machine.state}`);
      const [next] = this.#progress();
      if (next) next[1]();
      else if (this.#machine.state !== "live") this.#tick();
      else return;
    }
  }

  #faults(): [string, () => void][] {
    const cut = [...this.#connections.keys()].map((link): [string, () => void] => ["cut", () => this.#cut(link)]);
    const refused = this.#opening.map((link): [string, () => void] => ["refused", () => this.#cut(link)]);
    return [
      ...cut,
      ...refused,
      ["reload", () => this.#boot()],
      ...this.applications.map((application): [string, () => void] => ["full", () => this.#pause(application)]),
      ["failed push", () => this.#failPush()],
      ["dispatched twice", () => this.#last.forEach((logged) => this.#push(logged))],
      ["trouble", () => void (this.#isInTrouble = true)],
      ["asked to move", () => this.#each((connection) => connection.frames.push(event("tablecast.reconnect.v1", {})))],
    ];
  }

  #causes(): [string, () => void][] {
    const writes = Array.from({ length: 20 }, (_, n): [string, () => void] => ["write", () => this.#write(n % 3)]);
    return [...writes, ["time", () => this.#tick()]];
  }

  #progress(): [string, () => void][] {
    const actions: [string, () => void][] = [];
    for (const [n, lane] of this.#lanes.entries()) if (lane.length > 0) actions.push(["dispatch", () => this.#dispatch(n)]);
    for (const link of this.#opening) actions.push(["open", () => this.#open(link)]);
    for (const [link, connection] of this.#connections) {
      const { frames, work } = connection;
      if (frames.length > 0) actions.push(["receive", () => this.#run(this.#machine.received(link, frames.shift()!, this.now))]);
      else if (connection.closing) actions.push(["closed", () => this.#cut(link)]);
      for (const steps of work.filter((steps) => steps.length > 0)) actions.push(["serve", () => steps.shift()!()]);
    }
    for (const application of this.applications) {
      if (application.steps.length > 0) actions.push(["read", () => this.#read(application)]);
      else if (application.next) actions.push(["drained", () => this.#resume(application)]);
    }
    return this.#machine.state === "waiting" ? [...actions, ["waited", () => this.#tick()]] : actions;
  }

  /** The page is loaded, again: of the application stays what it has passed. */
  #boot(): void {
    for (const link of this.#connections.keys()) this.#connections.delete(link);
    this.#opening = [];
    this.#machine = new Machine(DEFAULTS, this.random);
    this.#run(this.#machine.start(this.now));
    for (const application of this.applications) {
      application.steps = [];
      application.next = undefined;
      const { subjects, types, saved } = application;
      application.progress = Progress.restore(saved ?? "");
      application.interest = this.#machine.interest({ subjects, types, progress: saved });
      this.#run(this.#machine.subscribe(application.interest, this.now));
    }
  }

  /** As a client does of which an application reads nothing. */
  #pause(application: Application): void {
    const { interest } = application;
    if (!interest) return;
    application.next = interest.again();
    application.interest = undefined;
    this.#run(this.#machine.unsubscribe(interest, this.now));
  }

  #resume(application: Application): void {
    const next = application.next!;
    application.interest = next;
    application.next = undefined;
    this.#run(this.#machine.subscribe(next, this.now));
  }

  #write(n: number): void {
    const subject = SUBJECTS[n]!;
    const offset = this.log.length + 1;
    const type = TYPES[Math.floor(this.random() * TYPES.length)]!;
    const settled = Math.min(offset, ...this.#lanes.flat().map((logged) => logged.offset)) - 1;
    const position = `e-${offset}`;
    const frame = event(type, {}, { id: `${offset}`, source: SOURCE, subject, position });
    const logged = { offset, at: this.now, subject, type, settled, frame };
    this.log.push(logged);
    this.#lanes[subject === "a/1" ? 0 : 1]!.push(logged);
  }

  #dispatch(lane: number): void {
    const logged = this.#lanes[lane]!.shift()!;
    this.#last = [logged];
    this.#push(logged);
  }

  #push(logged: Logged): void {
    this.#each((connection) => {
      const wants = ([pattern, types]: [string, string[] | undefined]) =>
        matches(pattern, logged.subject) && (types?.includes(logged.type) ?? true);
      if (!connection.closing && [...connection.subscriptions].some(wants)) connection.frames.push(logged.frame);
    });
  }

  /** A connection that could not take an event is closed. */
  #failPush(): void {
    const [lane] = this.#lanes.filter((lane) => lane.length > 0);
    const [connection] = this.#connections.values();
    if (!lane || !connection) return;
    connection.closing = true;
    connection.work.length = 0;
    this.#push(lane.shift()!);
  }

  #open(link: number): void {
    this.#opening = this.#opening.filter((other) => other !== link);
    this.#connections.set(link, { subscriptions: new Map(), frames: [], work: [], closing: false });
    this.#run(this.#machine.opened(link, undefined, this.now));
  }

  #cut(link: number): void {
    this.#connections.delete(link);
    this.#opening = this.#opening.filter((other) => other !== link);
    this.#run(this.#machine.lost(link, "cut", this.now));
  }

  /** Nothing is under way for longer than `UNDER_WAY`: what is older is dispatched first. */
  #tick(): void {
    const later = this.#machine.wakeAt;
    for (const [n, lane] of this.#lanes.entries()) while (lane[0] && lane[0].at < later - UNDER_WAY) this.#dispatch(n);
    if (later < Infinity) this.now = Math.max(this.now, later);
    this.#run(this.#machine.tick(this.now));
  }

  #run(effects: Effect[]): void {
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    if (effect.do === "open") this.#opening.push(effect.link);
    else if (effect.do === "send") this.#serve(this.#connections.get(effect.link), effect.message);
    else if (effect.do === "drop") this.#connections.delete(effect.link);
    else if (effect.do === "deliver") this.#of(effect.interest)?.steps.push(effect.step);
    if (effect.do === "drop") this.#opening = this.#opening.filter((link) => link !== effect.link);
  }

  #of(interest: Interest): Application | undefined {
    return this.applications.find((application) => application.interest === interest);
  }

  #serve(connection: Connection | undefined, message: Message): void {
    if (!connection || connection.closing) return;
    if (message.action === "subscribe" && message.subjects.some((subject) => connection.subscriptions.has(subject))) this.#count("subscribed again");
    if (message.action === "unsubscribe") this.#unsubscribe(connection, message);
    if (message.action === "subscribe") this.#subscribe(connection, message);
    if (message.action === "ping") {
      connection.work.push([() => connection.frames.push(this.#pong(message.id))]);
    }
  }

  #pong(request: string): string {
    const error = { request, code: "unavailable", message: "try again", closing: false };
    const answer = this.#isInTrouble ? event("tablecast.error.v1", error) : event("tablecast.pong.v1", { request, ...this.#end() });
    this.#isInTrouble = false;
    return answer;
  }

  /** As docs/protocol.md says: what was missed, the subscription, what came meanwhile, the answer. */
  #subscribe(connection: Connection, { id, subjects, types, after }: Subscribe): void {
    const wants = (logged: Logged) =>
      subjects.some((pattern) => matches(pattern, logged.subject)) && (types?.includes(logged.type) ?? true);
    const tell = (frame: string) => connection.frames.push(frame);
    const work: (() => void)[] = [];
    let told = 0;
    const replay = (from: number) => {
      told = this.log.length;
      const frames = this.log.slice(from).filter(wants).map((logged) => () => void tell(logged.frame));
      work.unshift(...frames);
    };
    const resume = () => {
      if (!after) return;
      const offset = Number(after[SOURCE]!.split("-")[1]);
      tell(event("tablecast.resumed.v1", { request: id, sources: { [SOURCE]: { recovered: true, position: this.#end().sources[SOURCE] } } }));
      replay(Math.min(offset, this.log[offset - 1]?.settled ?? offset));
    };
    const write = () => subjects.forEach((subject) => connection.subscriptions.set(subject, types));
    const catchUp = () => {
      const end = this.#end();
      const answer = { request: id, subjects: subjects.map((subject) => ({ subject, granted: true })), ...end };
      work.unshift(() => tell(event("tablecast.subscribed.v1", answer)));
      if (after) replay(told);
    };
    work.push(resume, write, catchUp);
    connection.work.push(work);
  }

  #unsubscribe(connection: Connection, { id, subjects }: Unsubscribe): void {
    const remove = () => subjects.forEach((subject) => connection.subscriptions.delete(subject));
    const answer = () => connection.frames.push(event("tablecast.unsubscribed.v1", { request: id, subjects }));
    connection.work.push([remove, () => void answer()]);
  }

  #end(): { sources: Record<string, string> } {
    return { sources: { [SOURCE]: `e-${this.log.length}` } };
  }

  #each(what: (connection: Connection) => void): void {
    for (const connection of this.#connections.values()) what(connection);
  }

  #read(application: Application): void {
    const step = application.steps.shift()!;
    if (step.kind === "event") application.told.push(this.log[Number(step.event.id) - 1]!);
    if (step.kind === "problem") application.problems.push(step.problem.message);
    if (step.kind === "begin") application.from ??= step.at.offset;
    application.progress.pass(step);
    application.saved = application.progress.text();
  }
}

/** What it should have been told. */
export function expected(simulation: Simulation, { subjects, types, from }: Application): number[] {
  const wanted = simulation.log.filter(
    ({ offset, subject, type }) =>
      offset > (from ?? Infinity) && subjects.some((pattern) => matches(pattern, subject)) && (types?.includes(type) ?? true),
  );
  return wanted.map(({ offset }) => offset);
}

export function isInOrder(told: Logged[]): boolean {
  return SUBJECTS.every((subject) => {
    const offsets = told.filter((logged) => logged.subject === subject).map((logged) => logged.offset);
    return offsets.every((offset, n) => n === 0 || offsets[n - 1]! < offset);
  });
}
