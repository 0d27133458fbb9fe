// A WebSocket server with a log that speaks docs/reference/protocol.md: for tests that need a real socket.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import type { ClientMessage } from "../../src/protocol/message.js";
import { matches } from "../../src/protocol/subject.js";
import {
  item, order, pong, refreshed, RECOVERED, resumed, SOURCE, state, subscribed, unsubscribed,
} from "../server-events.js";

export class FakeServer {
  readonly log: string[] = [];
  /** The state, by subject. */
  readonly table = new Map<string, unknown>();
  /** The sub-protocols that each connection offered. */
  readonly offered: string[] = [];
  /** The most connections at the same time. */
  maxConnections = 0;
  /** Number of events that it sent. */
  sent = 0;
  readonly #refused = new Set<string>();
  #isTrimmed = false;
  /** While it is set, the reply to the first message of a connection, which then closes. */
  refusal: string | undefined;
  #server!: WebSocketServer;
  /** The subscriptions of each connection. */
  readonly #patterns = new Map<WebSocket, string[]>();
  #port = 0;

  /** Runs until the test ends, or until `stop`. */
  static async start(context?: TestContext): Promise<FakeServer> {
    const server = new FakeServer();
    await server.listen();
    context?.after(() => server.stop());
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#patterns.size;
  }

  /** Listens on the same port as before. */
  async listen(): Promise<void> {
    const options = { port: this.#port, host: "127.0.0.1", handleProtocols: () => "cloudevents-batch.json" };
    this.#server = new WebSocketServer(options);
    this.#server.on("connection", (socket, request) => {
      this.offered.push(request.headers["sec-websocket-protocol"]?.replaceAll(", ", ",") ?? "");
      this.#patterns.set(socket, []);
      this.maxConnections = Math.max(this.maxConnections, this.connections);
      socket.on("message", (text) => this.#handle(socket, JSON.parse(String(text))));
      socket.on("close", () => this.#patterns.delete(socket));
    });
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#patterns.keys()) socket.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Cannot replay its log any more, or can again. */
  trim(isTrimmed = true): void {
    this.#isTrimmed = isTrimmed;
  }

  /** Grants no subscription to this subject. */
  refuse(subject: string): void {
    this.#refused.add(subject);
  }

  broadcast(frame: string): void {
    for (const socket of this.#patterns.keys()) socket.send(`[${frame}]`);
  }

  /** Appends an event to the log, and sends it to its subscribers. The id of the event is its position. */
  write(subject: string, data: object = {}, more: object = {}): void {
    const offset = this.log.length + 1;
    const frame = order(subject, offset, { id: `e-${offset}`, data, ...more });
    this.log.push(frame);
    for (const [socket, patterns] of this.#patterns) {
      if (!patterns.some((pattern) => matches(pattern, subject))) continue;
      socket.send(`[${frame}]`);
      this.sent++;
    }
  }

  #handle(socket: WebSocket, message: ClientMessage): void {
    const { action, id } = message;
    if (this.refusal) {
      this.#send(socket, this.refusal);
      socket.close(1000);
    } else if (action === "ping") this.#send(socket, pong(id, this.log.length));
    else if (action === "refresh") this.#send(socket, refreshed(1e7, [], id));
    else if (action === "unsubscribe") this.#unsubscribe(socket, message);
    else if (action === "state") this.#sendState(socket, message);
    else this.#subscribe(socket, message);
  }

  #subscribe(socket: WebSocket, { id, subjects, after }: ClientMessage<"subscribe">): void {
    if (after) this.#replay(socket, id, subjects, Number(after[SOURCE]?.split("-")[1]));
    const granted = subjects.filter((subject) => !this.#refused.has(subject));
    this.#patterns.set(socket, [...this.#patternsOf(socket), ...granted]);
    this.#send(socket, subscribed(id, subjects, this.log.length, granted));
  }

  #sendState(socket: WebSocket, { id, subjects }: ClientMessage<"state">): void {
    const items = [...this.table].filter(([subject]) => subjects.some((pattern) => matches(pattern, subject)));
    const frames = items.map(([subject, data]) => item(id, subject, data));
    const results = subjects.map((subject) => ({ subject, complete: true, items: 0 }));
    this.#send(socket, [...frames, state(id, results, this.log.length)].join());
  }

  #unsubscribe(socket: WebSocket, { id, subjects }: ClientMessage<"unsubscribe">): void {
    this.#patterns.set(socket, this.#patternsOf(socket).filter((pattern) => !subjects.includes(pattern)));
    this.#send(socket, unsubscribed(id, subjects));
  }

  #replay(socket: WebSocket, id: string, subjects: string[], offset: number): void {
    if (this.#isTrimmed) return this.#send(socket, resumed(id, { recovered: false, reason: "trimmed" }));
    this.#send(socket, resumed(id, { ...RECOVERED, position: `e-${this.log.length}` }));
    const isWanted = (frame: string) => subjects.some((pattern) => matches(pattern, JSON.parse(frame).subject));
    const missed = this.log.slice(offset).filter(isWanted);
    if (missed.length > 0) socket.send(`[${missed.join()}]`);
  }

  #patternsOf(socket: WebSocket): string[] {
    return this.#patterns.get(socket) ?? [];
  }

  #send(socket: WebSocket, frame: string): void {
    socket.send(`[${frame}]`);
  }
}
