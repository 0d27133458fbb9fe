import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Cut, CutPlan } from "./cut-plan.js";
import { ProxiedConnection } from "./proxied-connection.js";

/** A TCP proxy between one client and the server. It reads the protocol, and cuts connections by a plan. */
export class Proxy {
  readonly #open = new Set<ProxiedConnection>();
  readonly #server: Server;

  private constructor(
    private readonly target: URL,
    private readonly plan: Pick<CutPlan, "draw" | "record">,
    private readonly random: () => number,
    /** Removes the sub-protocol with several events in each message from the offers of the client. */
    private readonly isSingle: boolean,
  ) {
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(url: string, plan: Pick<CutPlan, "draw" | "record">, random: () => number, isSingle = false): Promise<Proxy> {
    const proxy = new Proxy(new URL(url), plan, random, isSingle);
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
    for (const connection of this.#open) connection.cut();
  }

  /** Passes nothing more on the open connections. They stay open. */
  silenceAll(): void {
    for (const connection of this.#open) connection.silence();
  }

  end(): void {
    this.cutAll();
    this.#server.close();
  }

  #accept(client: Socket): void {
    const cut = this.plan.draw();
    if (cut?.at === "connection") {
      this.plan.record(cut, this.#open.size > 0 ? ", moving: this" : "");
      return void client.destroy();
    }
    const connection: ProxiedConnection = new ProxiedConnection(client, this.target, cut, {
      cutting: (cut) => this.#cutting(cut, connection),
      closed: () => this.#open.delete(connection),
      random: this.random,
      isSingle: this.isSingle,
    });
    this.#open.add(connection);
  }

  /** Cuts the other connections if the cut targets them. Returns whether to cut this one. */
  #cutting(cut: Cut, connection: ProxiedConnection): boolean {
    const others = [...this.#open].filter((other) => other !== connection);
    const target = others.length > 0 ? cut.target : "this";
    this.plan.record(cut, others.length > 0 ? `, moving: ${target}` : "");
    if (target !== "this") for (const other of others) other.cut();
    return target !== "other";
  }
}
