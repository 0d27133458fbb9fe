// An application that remembers what it was told, and a network that fails it.
import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { type Client, connect, memoryStore } from "../src/index.js";
import type { EventType } from "../src/protocol/event.js";
import type { Subscription } from "../src/subscription.js";
// @ts-ignore: it is made by `npm run build`
import { validate } from "../../dist/validators.js";
import type { Cuts } from "./cuts.js";
import { change, type Order } from "./orders.js";
import type { Place } from "./place.js";
import { Proxy } from "./proxy.js";

interface Wanted {
  subjects: string[];
  types?: EventType[];
}

export interface Setting {
  place: Place;
  cuts: Cuts;
  random: () => number;
  orders: Order[];
  wanted: Wanted[];
  name: string;
  /** Takes one event a message. */
  single?: boolean;
  /** Is ended and begun anew, and goes on from its store. */
  reloads?: boolean;
}

type Told = { type: string; subject?: string; data: unknown };

/** The longest that it waits for what is missing (ms). */
const PATIENCE = 120_000;
/** Events until it is loaded anew. */
const RELOAD = 40;

/** The proxy reads along. */
const UNCOMPRESSED = { perMessageDeflate: false };

class Plain extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, UNCOMPRESSED);
  }
}

class Single extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols.filter((protocol) => protocol !== "cloudevents-batch.json"), UNCOMPRESSED);
  }
}

export class Application {
  /** Of each subscription, by subject. */
  readonly #told: Map<string, string[]>[];
  readonly #problems: unknown[] = [];
  readonly #store = memoryStore();
  #client!: Client;
  #proxy!: Proxy;
  #isOver = false;

  private constructor(private readonly setting: Setting) {
    this.#told = setting.wanted.map(() => new Map());
  }

  /** Returns once it is told of every change. */
  static async start(setting: Setting): Promise<Application> {
    const application = new Application(setting);
    const { place, cuts, random, wanted } = setting;
    application.#proxy = await Proxy.start(place.url, cuts, random);
    application.#client = application.#connect();
    const subscriptions = wanted.map((one) => application.#subscribe(one));
    await Promise.all(subscriptions.map((subscription) => subscription.ready));
    for (const [n, subscription] of subscriptions.entries()) void application.#listen(n, subscription);
    return application;
  }

  get count(): number {
    return this.#told.flatMap((told) => [...told.values()]).reduce((sum, { length }) => sum + length, 0);
  }

  end(): void {
    this.#isOver = true;
    this.#client.close();
    this.#proxy.end();
  }

  /** Returns when it was told as much as was written, and nothing more once it is cut for the last time. */
  async hasAll(): Promise<void> {
    const by = Date.now() + PATIENCE;
    while (this.count < this.#expected() && Date.now() < by) await pause(20);
    this.#proxy.cutAll();
    do await pause(20);
    while (this.#client.state !== "live" && Date.now() < by);
  }

  assertExact(): void {
    const name = `the application ${this.setting.name}`;
    assert.deepEqual(this.#problems, [], name);
    for (const [n, { types }] of this.setting.wanted.entries()) {
      for (const order of this.#orders(n)) {
        const told = this.#told[n]!.get(order.subject) ?? [];
        assert.deepEqual(told, writtenTo(order, types), `${name}: ${order.subject}`);
      }
    }
  }

  #orders(n: number): Order[] {
    const { wanted, orders } = this.setting;
    const isOf = (order: Order) => wanted[n]!.subjects.some((one) => order.subject.startsWith(one.replace("*", "")));
    return orders.filter(isOf);
  }

  #expected(): number {
    const counts = this.setting.wanted.flatMap(({ types }, n) => this.#orders(n).map((order) => writtenTo(order, types).length));
    return counts.reduce((sum, one) => sum + one, 0);
  }

  #connect(): Client {
    const { place, single, random } = this.setting;
    const network = new EventTarget();
    // As in a browser: the network is back soon, so that the client does not wait for long.
    const { addEventListener, removeEventListener } = network;
    Object.assign(globalThis, { addEventListener: addEventListener.bind(network), removeEventListener: removeEventListener.bind(network) });
    const back = () => network.dispatchEvent(new Event("online"));
    return connect({
      url: this.#proxy.url,
      WebSocket: single ? Single : Plain,
      validate,
      store: this.#store,
      token: () => place.token,
      pingEvery: 300,
      checkEvery: 1000,
      leaveAfter: [200, 1500],
      onState: (state) => state === "waiting" && setTimeout(back, random() * 20),
    });
  }

  #subscribe({ subjects, types }: Wanted): Subscription<Told> {
    return this.#client.subscribe(subjects, types ? { types } : {});
  }

  /** Until it is over. What it does not handle because it is loaded anew, has to come again. */
  async #listen(n: number, subscription: Subscription<Told>): Promise<void> {
    for (let current = subscription; !this.#isOver; ) {
      try {
        await this.#read(n, current);
        if (!this.setting.reloads || this.#isOver) return;
        this.#client.close();
        this.#client = this.#connect();
        current = this.#subscribe(this.setting.wanted[n]!);
      } catch (problem) {
        this.#problems.push(problem);
      }
    }
  }

  async #read(n: number, subscription: Subscription<Told>): Promise<void> {
    let count = 0;
    for await (const event of subscription) {
      if (this.setting.reloads && ++count === RELOAD) return;
      this.#hear(n, event);
    }
  }

  /** A deployment is not ours alone. */
  #hear(n: number, event: Told): void {
    const [told, subject] = [this.#told[n]!, event.subject ?? ""];
    if (!this.setting.orders.some((order) => order.subject === subject)) return;
    told.set(subject, [...(told.get(subject) ?? []), change(event)]);
  }
}

function writtenTo({ written }: Order, types: EventType[] | undefined): string[] {
  return types ? written.filter((change) => change.startsWith("CANCELLED")) : written;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
