// A small server that speaks docs/protocol.md, with a log and without any function: for what needs a real socket.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { matches } from "../src/protocol/subject.js";
import { event } from "./stage.js";

const SOURCE = "tablecast/orders";

export class Server {
  readonly log: string[] = [];
  readonly offered: string[] = [];
  /** Connections at once. */
  most = 0;
  /** Events that were sent to somebody. */
  sent = 0;
  #server!: WebSocketServer;
  readonly #patterns = new Map<WebSocket, string[]>();
  port = 0;

  static async start(): Promise<Server> {
    const server = new Server();
    await server.listen();
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#patterns.size;
  }

  async listen(): Promise<void> {
    this.#server = new WebSocketServer({ port: this.port, host: "127.0.0.1", handleProtocols: () => "cloudevents-batch.json" });
    this.#server.on("connection", (socket, request) => {
      this.offered.push(request.headers["sec-websocket-protocol"] ?? "");
      this.#patterns.set(socket, []);
      this.most = Math.max(this.most, this.connections);
      socket.on("message", (text) => this.#serve(socket, JSON.parse(String(text))));
      socket.on("close", () => this.#patterns.delete(socket));
    });
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#patterns.keys()) socket.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  tell(frame: string): void {
    for (const socket of this.#patterns.keys()) socket.send(`[${frame}]`);
  }

  /** A change: to the log, and to whoever listens. */
  write(subject: string, data: object = {}): void {
    const position = `e-${this.log.length + 1}`;
    const frame = event("order.placed.v1", data, { id: position, source: SOURCE, subject, position });
    this.log.push(frame);
    for (const [socket, patterns] of this.#patterns) {
      if (!patterns.some((pattern) => matches(pattern, subject))) continue;
      socket.send(`[${frame}]`);
      this.sent++;
    }
  }

  #serve(socket: WebSocket, { action, id, subjects, after }: { action: string; id: string; subjects: string[]; after?: Record<string, string> }): void {
    const sources = { [SOURCE]: `e-${this.log.length}` };
    const tell = (type: string, data: object) => socket.send(`[${event(type, { request: id, ...data })}]`);
    if (action === "ping") tell("tablecast.pong.v1", { sources });
    if (action === "unsubscribe") {
      this.#patterns.set(socket, (this.#patterns.get(socket) ?? []).filter((pattern) => !subjects.includes(pattern)));
      tell("tablecast.unsubscribed.v1", { subjects });
    }
    if (action === "refresh") tell("tablecast.refreshed.v1", { expiresAt: new Date(Date.now() + 1e7).toISOString(), removed: [] });
    if (action !== "subscribe") return;
    if (after) {
      tell("tablecast.resumed.v1", { sources: { [SOURCE]: { recovered: true, position: sources[SOURCE] } } });
      const missed = this.log.slice(Number(after[SOURCE]?.split("-")[1]));
      const wanted = missed.filter((frame) => subjects.some((pattern) => matches(pattern, JSON.parse(frame).subject)));
      if (wanted.length > 0) socket.send(`[${wanted.join()}]`);
    }
    this.#patterns.set(socket, [...(this.#patterns.get(socket) ?? []), ...subjects]);
    tell("tablecast.subscribed.v1", { subjects: subjects.map((subject) => ({ subject, granted: true })), sources });
  }
}
