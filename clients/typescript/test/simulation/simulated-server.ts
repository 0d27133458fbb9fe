import type { ClientMessage } from "../../src/protocol/message.js";
import { matches } from "../../src/protocol/subject.js";
import { NONE, pong, reconnect, refused, resumedSources, subscribed, TOO_WIDE } from "../server-events.js";
import { unavailable, unsubscribed } from "../server-events.js";
import { itemOf, type Logged, SimulatedLog } from "./simulated-log.js";

export const SUBJECTS = ["a/1", "a/2", "b/1"];
export const WIDE = "tablecast/*";
const TYPES = ["x.v1", "y.v1"];

export interface Connection {
  /** The types of each pattern. */
  subscriptions: Map<string, string[] | undefined>;
  /** The frames that the client will receive, in this order. */
  frames: string[];
  /** The remaining steps of each message that the server handles. Messages run concurrently. */
  handling: (() => void)[][];
  isClosing: boolean;
  /** The server sends the reason of a refusal after the first message. */
  isRefused: boolean;
}

/** A server with a log for each first segment of a subject, two concurrent dispatchers and connections that fail. Its
 * caller decides what happens next. A dispatcher sends the events of an item in order. */
export class SimulatedServer {
  /** Every event, in the order of their ids. */
  readonly events: Logged[] = [];
  readonly logs = new Map<string, SimulatedLog>();
  readonly connections = new Map<number, Connection>();
  /** How often a client resumed a log in the epoch that continues its position. */
  continued = 0;
  /** The events that each dispatcher has not sent yet. */
  readonly #dispatchers: Logged[][] = [[], []];
  #lastSent: Logged[] = [];
  #failsNextPing = false;
  #refusesNext = false;
  #isTrimmed = false;
  #epochs = 0;

  constructor() {
    const nextEpoch = () => (++this.#epochs).toString(16).padStart(16, "0");
    for (const source of ["tablecast/a", "tablecast/b"]) this.logs.set(source, new SimulatedLog(source, nextEpoch));
  }

  open(id: number): void {
    this.connections.set(id, { subscriptions: new Map(), frames: [], handling: [], isClosing: false, isRefused: this.#refusesNext });
    this.#refusesNext = false;
  }

  write(subject: string, random: () => number, at: number): void {
    this.append(subject, TYPES[Math.floor(random() * TYPES.length)]!, at);
  }

  append(subject: string, type: string, at: number, more: object = {}): void {
    const log = this.logs.get(`tablecast/${subject[0]}`)!;
    const waiting = this.#dispatchers.flat().filter(({ source }) => source === log.source);
    const delivered = Math.min(Infinity, ...waiting.map(({ offset }) => offset)) - 1;
    const logged = log.append({ id: this.events.length + 1, subject, type, at }, delivered, more);
    this.events.push(logged);
    this.#dispatchers[itemOf(logged).endsWith("/1") ? 0 : 1]!.push(logged);
  }

  /** Nothing happens for longer than the logs keep events. */
  expire(): void {
    if (this.busyDispatchers.length > 0) return;
    const isBusy = ({ frames, handling }: Connection) => frames.length > 0 || handling.some((steps) => steps.length > 0);
    if ([...this.connections.values()].some(isBusy)) return;
    this.#lastSent = [];
    for (const log of this.logs.values()) log.expire();
  }

  /** Returns the dispatchers that have an event to send. */
  get busyDispatchers(): Logged[][] {
    return this.#dispatchers.filter((waiting) => waiting.length > 0);
  }

  dispatch(dispatcher: Logged[]): void {
    const logged = dispatcher.shift()!;
    this.#lastSent = [logged];
    this.#send(logged);
  }

  dispatchBefore(time: number): void {
    for (const waiting of this.#dispatchers) while (waiting[0] && waiting[0].at < time) this.dispatch(waiting);
  }

  dispatchAgain(): void {
    for (const logged of this.#lastSent) this.#send(logged);
  }

  /** Dispatches an event that one connection cannot take. The server closes that connection. */
  failSend(): void {
    const [dispatcher] = this.busyDispatchers;
    const [connection] = this.connections.values();
    if (!dispatcher || !connection) return;
    connection.isClosing = true;
    connection.handling.length = 0;
    this.#send(dispatcher.shift()!);
  }

  failNextPing(): void {
    this.#failsNextPing = true;
  }

  /** The next connection opens only for the reason of its refusal. */
  refuseNext(): void {
    this.#refusesNext = true;
  }

  /** The next resume cannot replay its logs. */
  trim(): void {
    this.#isTrimmed = true;
  }

  requestReconnect(): void {
    for (const { frames } of this.connections.values()) frames.push(reconnect());
  }

  handle(id: number, message: ClientMessage): void {
    const connection = this.connections.get(id);
    if (!connection || connection.isClosing) return;
    const { frames, handling, isRefused } = connection;
    if (isRefused) {
      connection.isClosing = true;
      frames.push(refused(401, "token-expired", "The token has expired."));
      return;
    }
    if (message.action === "unsubscribe") handling.push(unsubscribeSteps(connection, message));
    if (message.action === "subscribe") handling.push(this.#subscribeSteps(connection, message));
    if (message.action === "ping") handling.push([() => frames.push(this.#pong(connection, message.id))]);
  }

  /** docs/reference/protocol.md: announce and replay, store the subscription, catch up, acknowledge. */
  #subscribeSteps(connection: Connection, message: ClientMessage<"subscribe">): (() => void)[] {
    const { id, subjects, types, after } = message;
    const send = (frame: string) => () => void connection.frames.push(frame);
    const steps: (() => void)[] = [];
    /** The offset of each log that is replayed. */
    const replayedTo = new Map<SimulatedLog, number>();
    const replay = (log: SimulatedLog, from: number) => {
      replayedTo.set(log, log.events.length);
      const missed = log.events.slice(from).filter((logged) => isWanted(logged, subjects, types));
      steps.unshift(...missed.map(({ frame }) => send(frame)));
    };
    const announce = () => {
      if (!after) return;
      const isTrimmed = this.#isTrimmed;
      this.#isTrimmed = false;
      const results = Object.entries(after).map(([source, position]) => {
        const log = this.#logsOf(subjects).find((log) => log.source === source);
        const from = log?.resolve(position);
        if (!log || from === undefined || isTrimmed) return [source, unrecovered(log, subjects)] as const;
        if (log.end.split("-")[0] !== position.split("-")[0] && !position.endsWith("-0")) this.continued++;
        replay(log, from);
        return [source, { recovered: true, position: log.end }] as const;
      });
      send(resumedSources(id, Object.fromEntries(results)))();
    };
    const store = () => subjects.forEach((subject) => connection.subscriptions.set(subject, types));
    const catchUp = () => {
      steps.unshift(send(subscribed(id, subjects, this.sources(subjects))));
      for (const [log, offset] of replayedTo) replay(log, offset);
    };
    steps.push(announce, store, catchUp);
    return steps;
  }

  #pong({ subscriptions }: Connection, request: string): string {
    const fails = this.#failsNextPing;
    this.#failsNextPing = false;
    return fails ? unavailable(request) : pong(request, this.sources([...subscriptions.keys()]));
  }

  sources(subjects: string[]): Record<string, string> {
    const ends = this.#logsOf(subjects).map((log) => [log.source, log.end]);
    return Object.fromEntries(subjects.includes("*") ? [...ends, [WIDE, NONE]] : ends);
  }

  #logsOf(subjects: string[]): SimulatedLog[] {
    const narrow = subjects.filter((subject) => subject !== "*");
    return [...this.logs.values()].filter(({ source }) => narrow.some((subject) => source === `tablecast/${subject[0]}`));
  }

  #send(logged: Logged): void {
    for (const { isClosing, subscriptions, frames } of this.connections.values()) {
      const matching = [...subscriptions].some(([pattern, types]) => isWanted(logged, [pattern], types));
      if (!isClosing && matching) frames.push(logged.frame);
    }
  }
}

export function isWanted({ subject, type }: Logged, subjects: string[], types: string[] | undefined): boolean {
  return subjects.some((pattern) => matches(pattern, subject)) && (types?.includes(type) ?? true);
}

function unrecovered(log: SimulatedLog | undefined, subjects: string[]): object {
  if (log) return { recovered: false, reason: "epoch-changed" };
  return subjects.includes("*") ? TOO_WIDE : { recovered: false, reason: "position-unknown" };
}

function unsubscribeSteps(connection: Connection, { id, subjects }: ClientMessage<"unsubscribe">): (() => void)[] {
  const remove = () => subjects.forEach((subject) => connection.subscriptions.delete(subject));
  return [remove, () => void connection.frames.push(unsubscribed(id, subjects))];
}
