import type { ClientMessage } from "../../src/protocol/message.js";
import { matches } from "../../src/protocol/subject.js";
import { event, pong, reconnect, RECOVERED, resumed, SOURCE, subscribed } from "../server-events.js";
import { unavailable, unsubscribed } from "../server-events.js";

export const SUBJECTS = ["a/1", "a/2", "b/1"];
const TYPES = ["x.v1", "y.v1"];

/** An event in the log. */
export interface Logged {
  offset: number;
  at: number;
  subject: string;
  type: string;
  /** Every event up to this offset was dispatched when this one was appended. */
  deliveredTo: number;
  frame: string;
}

interface Connection {
  /** The types of each pattern. */
  subscriptions: Map<string, string[] | undefined>;
  /** The frames that the client will receive, in this order. */
  frames: string[];
  /** The remaining steps of each message that the server handles. Messages run concurrently. */
  handling: (() => void)[][];
  isClosing: boolean;
}

/** A server with a log, two concurrent dispatchers and connections that fail. Its caller decides what happens next. */
export class SimulatedServer {
  readonly log: Logged[] = [];
  readonly connections = new Map<number, Connection>();
  /** The events that each dispatcher has not sent yet. */
  readonly #dispatchers: Logged[][] = [[], []];
  #lastSent: Logged[] = [];
  #failsNextPing = false;

  open(id: number): void {
    this.connections.set(id, { subscriptions: new Map(), frames: [], handling: [], isClosing: false });
  }

  write(subject: string, random: () => number, now: number): void {
    const offset = this.log.length + 1;
    const type = TYPES[Math.floor(random() * TYPES.length)]!;
    const deliveredTo = Math.min(offset, ...this.#dispatchers.flat().map((logged) => logged.offset)) - 1;
    const frame = event(type, {}, { id: `${offset}`, source: SOURCE, subject, position: `e-${offset}` });
    const logged = { offset, at: now, subject, type, deliveredTo, frame };
    this.log.push(logged);
    this.#dispatchers[subject === "a/1" ? 0 : 1]!.push(logged);
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

  requestReconnect(): void {
    for (const { frames } of this.connections.values()) frames.push(reconnect());
  }

  handle(id: number, message: ClientMessage): void {
    const connection = this.connections.get(id);
    if (!connection || connection.isClosing) return;
    const { frames, handling } = connection;
    if (message.action === "unsubscribe") handling.push(unsubscribeSteps(connection, message));
    if (message.action === "subscribe") handling.push(this.#subscribeSteps(connection, message));
    if (message.action === "ping") handling.push([() => frames.push(this.#pong(message.id))]);
  }

  /** docs/reference/protocol.md: announce and replay, store the subscription, catch up, acknowledge. */
  #subscribeSteps(connection: Connection, message: ClientMessage<"subscribe">): (() => void)[] {
    const { id, subjects, types, after } = message;
    const send = (frame: string) => () => void connection.frames.push(frame);
    const steps: (() => void)[] = [];
    let replayedTo = 0;
    const replay = (from: number) => {
      replayedTo = this.log.length;
      const missed = this.log.slice(from).filter((logged) => isWanted(logged, subjects, types));
      steps.unshift(...missed.map(({ frame }) => send(frame)));
    };
    const announce = () => {
      if (!after) return;
      const offset = Number(after[SOURCE]!.split("-")[1]);
      send(resumed(id, { ...RECOVERED, position: `e-${this.log.length}` }))();
      replay(Math.min(offset, this.log[offset - 1]?.deliveredTo ?? offset));
    };
    const store = () => subjects.forEach((subject) => connection.subscriptions.set(subject, types));
    const catchUp = () => {
      steps.unshift(send(subscribed(id, subjects, this.log.length)));
      if (after) replay(replayedTo);
    };
    steps.push(announce, store, catchUp);
    return steps;
  }

  #pong(request: string): string {
    const fails = this.#failsNextPing;
    this.#failsNextPing = false;
    return fails ? unavailable(request) : pong(request, this.log.length);
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

function unsubscribeSteps(connection: Connection, { id, subjects }: ClientMessage<"unsubscribe">): (() => void)[] {
  const remove = () => subjects.forEach((subject) => connection.subscriptions.delete(subject));
  return [remove, () => void connection.frames.push(unsubscribed(id, subjects))];
}
