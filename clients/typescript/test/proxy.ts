// Between one client and the server, at the level of TCP: passes bytes on, and cuts connections.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Cut, Cuts, Step } from "./cuts.js";
import { Frames } from "./frames.js";

/** The longest time (ms) that a connection is live. */
const SOME_TIME = 2000;

/** How long (ms) the server may take a connection for open that the client has lost. */
const LINGER = 500;

export class Proxy {
  readonly #open = new Set<Passage>();
  readonly #server: Server;

  private constructor(
    private readonly target: URL,
    private readonly cuts: Cuts,
    private readonly random: () => number,
  ) {
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(url: string, cuts: Cuts, random: () => number): Promise<Proxy> {
    const proxy = new Proxy(new URL(url), cuts, random);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.port = `${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  cutAll(): void {
    for (const passage of this.#open) passage.cut();
  }

  end(): void {
    this.cutAll();
    this.#server.close();
  }

  #accept(client: Socket): void {
    const cut = this.cuts.draw();
    if (cut?.at === "connection") {
      this.cuts.fire(cut, this.#moving());
      return void client.destroy();
    }
    const passage: Passage = new Passage(client, this.target, cut, {
      fire: (cut) => this.#fire(cut, passage),
      ended: () => this.#open.delete(passage),
      random: this.random,
    });
    this.#open.add(passage);
  }

  /** Whether the connection itself is to be cut. */
  #fire(cut: Cut, passage: Passage): boolean {
    const others = [...this.#open].filter((other) => other !== passage);
    const whose = others.length > 0 ? cut.whose : "this";
    this.cuts.fire(cut, others.length > 0 ? `, moving: ${whose}` : "");
    if (whose !== "this") for (const other of others) other.cut();
    return whose !== "other";
  }

  #moving(): string {
    return this.#open.size > 0 ? ", moving: this" : "";
  }
}

interface Owner {
  fire(cut: Cut): boolean;
  ended(): void;
  random: () => number;
}

/** One connection. */
class Passage {
  readonly #server: Socket;
  readonly #up: Direction;
  readonly #down: Direction;
  #seen = 0;
  #isReplay = false;
  /** Nothing passes any more. */
  #over = false;

  constructor(
    private readonly client: Socket,
    target: URL,
    private cutting: Cut | undefined,
    private readonly owner: Owner,
  ) {
    this.#server = connect(Number(target.port), target.hostname);
    this.#up = new Direction("request", (step, bytes) => this.#pass(step, this.#addressed(bytes, target.host), this.#server));
    this.#down = new Direction("response", (step, bytes) => this.#pass(step, bytes, client));
    client.on("data", (chunk) => this.#up.read(chunk));
    this.#server.on("data", (chunk) => this.#down.read(chunk));
    for (const socket of [client, this.#server]) socket.on("error", () => {}).on("close", () => this.cut());
  }

  cut(): void {
    this.#over = true;
    this.owner.ended();
    const isReset = this.owner.random() < 0.5;
    if (isReset && !this.client.destroyed) this.client.resetAndDestroy();
    this.client.destroy();
    const wait = this.#server.connecting ? 0 : this.owner.random() * LINGER;
    setTimeout(() => this.#server.destroy(), wait);
  }

  /** Once it is live, the step may never come. */
  #live(): void {
    const fire = () => this.cutting && this.#fire({ ...this.cutting, at: "some time", how: "after" });
    setTimeout(() => fire() && this.cut(), this.owner.random() * SOME_TIME);
  }

  #pass(step: Step | undefined, bytes: Buffer, to: Socket): void {
    if (this.#over) return;
    const cut = this.cutting;
    if (!cut || !this.#isAt(cut, step) || !this.#fire(cut)) return void to.write(bytes);
    this.#over = true;
    const part = { before: 0, within: bytes.length >> 1, after: bytes.length, silence: 0 }[cut.how];
    to.write(bytes.subarray(0, part), () => cut.how === "silence" || this.cut());
  }

  #isAt(cut: Cut, step: Step | undefined): boolean {
    if (step === "resumed") this.#isReplay = true;
    if (step === "subscribed") this.#isReplay = false;
    if (step === "subscribed") this.#live();
    const at = step === "event" && this.#isReplay ? "told again" : step;
    return cut.at === at && ++this.#seen === cut.nth;
  }

  /** Whether this one ends by it. */
  #fire(cut: Cut): boolean {
    if (this.#over) return false;
    this.cutting = undefined;
    return this.owner.fire(cut);
  }

  /** As if the client had come to the server itself. */
  #addressed(bytes: Buffer, host: string): Buffer {
    return this.#up.isOpen ? bytes : Buffer.from(bytes.toString("latin1").replace(/^host: .*$/im, `Host: ${host}`), "latin1");
  }
}

/** What goes one way: a head of HTTP, then frames. */
class Direction {
  isOpen = false;
  #head = Buffer.alloc(0);
  readonly #frames = new Frames();

  constructor(
    private readonly head: "request" | "response",
    private readonly pass: (step: Step | undefined, bytes: Buffer) => void,
  ) {}

  read(chunk: Buffer): void {
    if (this.isOpen) return this.#read(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf("\r\n\r\n") + 4;
    if (end < 4) return;
    this.pass(this.head, this.#head.subarray(0, end));
    this.isOpen = true;
    this.#read(this.#head.subarray(end));
  }

  #read(chunk: Buffer): void {
    for (const { bytes, text } of this.#frames.read(chunk)) this.pass(step(text), bytes);
  }
}

function step(text: string): Step | undefined {
  const action = /^\{"action":"(subscribe|ping)"/.exec(text)?.[1];
  if (action) return action as Step;
  const control = /"type":"tablecast\.(resumed|subscribed|pong)\.v1"/.exec(text)?.[1];
  if (control) return control as Step;
  return text.includes('"position":"') ? "event" : undefined;
}
