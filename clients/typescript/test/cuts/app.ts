import { WebSocket } from "ws";
import { type Client, createClient, type Gap, memoryStore } from "../../src/index.js";
import type { Subscription } from "../../src/subscription.js";
import { validate } from "../events/validators.js";
import type { Order } from "../local/order.js";
import { pause } from "../wait.js";
import type { CutPlan } from "./cut-plan.js";
import { Proxy } from "./proxy.js";
import { type Filter, type ReceivedEvent, Recorder } from "./recorder.js";
import type { Target } from "./target.js";

export interface AppConfig {
  name: string;
  target: Target;
  plan: CutPlan;
  random: () => number;
  orders: Order[];
  /** One subscription for each. */
  filters: Filter[];
  /** Accepts only one event in each message. */
  isSingle?: boolean;
  /** Closes its client after some events, and continues from its store with a new one. */
  reloads?: boolean;
}

/** The longest time to wait for missing events (ms). */
const TIMEOUT = 120_000;
const EVENTS_BEFORE_RELOAD = 40;

/** The proxy reads the frames, so they must not be compressed. */
const UNCOMPRESSED = { perMessageDeflate: false };

class BatchSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, UNCOMPRESSED);
  }
}

class SingleSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols.filter((protocol) => protocol !== "cloudevents-batch.json"), UNCOMPRESSED);
  }
}

/** An application that records its events, behind a proxy that cuts its connections. */
export class App {
  readonly #recorder: Recorder;
  readonly #store = memoryStore();
  #client!: Client;
  #proxy!: Proxy;
  #hasEnded = false;
  #mayReload: boolean;

  private constructor(private readonly config: AppConfig) {
    this.#recorder = new Recorder(config.filters, config.orders);
    this.#mayReload = config.reloads ?? false;
  }

  /** Returns when every subscription is ready. */
  static async start(config: AppConfig): Promise<App> {
    const app = new App(config);
    app.#proxy = await Proxy.start(config.target.url, config.plan, config.random);
    app.#client = app.#connect();
    const subscriptions = config.filters.map((filter) => app.#subscribe(filter));
    await Promise.all(subscriptions.map(({ ready }) => ready));
    for (const [n, subscription] of subscriptions.entries()) void app.#listen(n, subscription);
    return app;
  }

  /** The number of events that it received. */
  get count(): number {
    return this.#recorder.count;
  }

  end(): void {
    this.#hasEnded = true;
    this.#client.close();
    this.#proxy.end();
  }

  /** Waits until every event has arrived. Then cuts once more, to receive an event that comes twice. Without more reloads:
   * the first channels of a replay would fill each page. */
  async waitForAll(): Promise<void> {
    this.#mayReload = false;
    const deadline = Date.now() + TIMEOUT;
    while (this.count < this.#recorder.expectedCount && Date.now() < deadline) await pause(20);
    this.#proxy.cutAll();
    do await pause(20);
    while (this.#client.state !== "live" && Date.now() < deadline);
  }

  assertExact(): void {
    this.#recorder.assertExact(`the application ${this.config.name}`);
  }

  #connect(): Client {
    const { target, isSingle, random } = this.config;
    const online = simulateNetwork();
    const client = createClient({
      url: this.#proxy.url,
      WebSocket: isSingle ? SingleSocket : BatchSocket,
      validate,
      store: this.#store,
      token: () => target.token,
      pingEvery: 300,
      checkEvery: 1000,
      leaveAfter: [200, 1500],
    });
    client.on("state", (state) => state === "waiting" && setTimeout(online, random() * 20));
    return client;
  }

  #subscribe({ subjects, types }: Filter): Subscription<ReceivedEvent> {
    return this.#client.subscribe(subjects, types ? { types } : {});
  }

  async #listen(n: number, subscription: Subscription<ReceivedEvent>): Promise<void> {
    for (let current = subscription; !this.#hasEnded; ) {
      try {
        if (!(await this.#read(n, current)) || this.#hasEnded) return;
        this.#client.close();
        this.#client = this.#connect();
        current = this.#subscribe(this.config.filters[n]!);
      } catch (error) {
        this.#recorder.errors.push(error);
      }
    }
  }

  /** Returns true for a reload. The last event is not handled then, and must arrive again. */
  async #read(n: number, subscription: Subscription<ReceivedEvent>): Promise<boolean> {
    let count = 0;
    for await (const item of subscription) {
      if (this.#mayReload && ++count === EVENTS_BEFORE_RELOAD) return true;
      if (isGap(item)) this.#recorder.errors.push(item);
      else this.#recorder.record(n, item);
    }
    return false;
  }
}

function isGap(item: ReceivedEvent | Gap): item is Gap {
  return item.type === "gap";
}

/** Gives the next client its own `online` event, as in a browser. Returns a function that fires it: the client then
 * reconnects without its backoff. */
function simulateNetwork(): () => void {
  const network = new EventTarget();
  const addEventListener = network.addEventListener.bind(network);
  const removeEventListener = network.removeEventListener.bind(network);
  Object.assign(globalThis, { addEventListener, removeEventListener });
  return () => void network.dispatchEvent(new Event("online"));
}
