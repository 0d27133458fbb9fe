// A server in the page: WebSockets without a network, whose messages a test can inspect.
import type { ClientMessage } from "../../src/protocol/message.js";
import { event, item, order, pong, resumed, SOURCE, state, subscribed, unsubscribed } from "../server-events.js";

/** The client sets the functions. */
interface Socket {
  onopen: (() => void) | undefined;
  onmessage: ((message: { data: string }) => void) | null | undefined;
  onclose: ((event: { code: number; reason: string }) => void) | null | undefined;
}

export class Gateway {
  /** All messages of all connections. */
  readonly messages: ClientMessage[] = [];
  readonly open: Socket[] = [];
  /** Number of connections so far. */
  connections = 0;
  /** Number of calls of `token`. */
  tokens = 0;
  /** Replies to subscribes wait until `confirm`. */
  isSlow = false;
  /** Connections do not open. */
  isDown = false;
  /** No subject is granted. */
  refuses = false;
  /** The items of the table, by subject. */
  readonly items = new Map<string, unknown>();
  /** Every resume has a gap. */
  loses = false;
  readonly #log: string[] = [];
  readonly #waiting: (() => void)[] = [];

  /** The options of a client that connects here. */
  get options() {
    return { url: "ws://gateway.test", WebSocket: this.#socketClass(), token: async () => `token-${++this.tokens}` };
  }

  /** The subjects that the open connections have, once for each subscribe. */
  get subjects(): string[] {
    const subjects: string[] = [];
    for (const message of this.messages) {
      if (message.action === "subscribe") subjects.push(...message.subjects);
      if (message.action !== "unsubscribe") continue;
      for (const subject of message.subjects) subjects.splice(subjects.indexOf(subject), 1);
    }
    return subjects;
  }

  actions(name: ClientMessage["action"]): ClientMessage[] {
    return this.messages.filter(({ action }) => action === name);
  }

  /** Changes an item, and sends its event. */
  put(subject: string, data: unknown): void {
    this.items.set(subject, data);
    this.send(subject, { type: "order.v1", data });
  }

  /** Sends an event. Returns its id. */
  send(subject: string, more: object = {}): string {
    const data = order(subject, this.#log.length + 1, more);
    this.#log.push(data);
    for (const socket of this.open) socket.onmessage?.({ data });
    return JSON.parse(data).id;
  }

  confirm(): void {
    for (const reply of this.#waiting.splice(0)) reply();
  }

  cut(): void {
    for (const socket of this.open.splice(0)) socket.onclose?.({ code: 1006, reason: "" });
  }

  #socketClass() {
    const gateway = this;
    return class implements Socket {
      onopen: Socket["onopen"];
      onmessage: Socket["onmessage"];
      onclose: Socket["onclose"];
      onerror: unknown;
      constructor() {
        gateway.connections++;
        gateway.open.push(this);
        queueMicrotask(() => (gateway.isDown ? gateway.cut() : this.onopen?.()));
      }
      send(text: string): void {
        gateway.#received(this, JSON.parse(text));
      }
      close(): void {
        gateway.open.splice(gateway.open.indexOf(this), 1);
      }
    };
  }

  #received(socket: Socket, message: ClientMessage): void {
    this.messages.push(message);
    const reply = (data: string) => queueMicrotask(() => socket.onmessage?.({ data }));
    if (message.action === "ping") reply(pong(message.id, this.#log.length));
    if (message.action === "unsubscribe") reply(unsubscribed(message.id, message.subjects));
    if (message.action === "subscribe") this.#subscribe(message, reply);
    if (message.action === "state") this.#load(message, reply);
  }

  #subscribe({ id, subjects, after }: ClientMessage<"subscribe">, reply: (data: string) => void): void {
    if (after) this.#resume(id, after, reply);
    const confirm = () => reply(this.refuses ? notGranted(id, subjects) : subscribed(id, subjects, this.#log.length));
    if (this.isSlow) this.#waiting.push(confirm);
    else confirm();
  }

  #load({ id, subjects }: ClientMessage<"state">, reply: (data: string) => void): void {
    for (const [subject, data] of this.items) reply(item(id, subject, data, { type: "order.v1" }));
    const results = subjects.map((subject) => ({ subject, complete: true, items: this.items.size }));
    reply(state(id, results, this.#log.length));
  }

  #resume(id: string, after: Record<string, string>, reply: (data: string) => void): void {
    const position = `e-${this.#log.length}`;
    reply(resumed(id, this.loses ? { recovered: false, cause: "trimmed", position } : { recovered: true, position }));
    if (!this.loses) for (const data of this.#log.slice(Number(after[SOURCE]?.slice(2)))) reply(data);
  }
}

function notGranted(request: string, subjects: string[]): string {
  const refused = subjects.map((subject) => ({ subject, granted: false, reason: "not-granted" }));
  return event("tablecast.subscribed.v1", { request, subjects: refused });
}
