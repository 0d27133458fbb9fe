import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Order } from "../local/order.js";
import { pause, until } from "../wait.js";
import { ClientProgram, type Line } from "./client-program.js";
import type { CutPlan } from "./cut-plan.js";
import type { Language } from "./languages.js";
import { Proxy } from "./proxy.js";
import { type Filter, Recorder } from "./recorder.js";
import type { Target } from "./target.js";

export interface AppConfig {
  name: string;
  language: Language;
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

/** An application that records its events, behind a proxy that cuts its connections. */
export class App {
  readonly #recorder: Recorder;
  readonly #folder = mkdtempSync(join(tmpdir(), "tablecast-cuts-"));
  readonly #ready = new Set<string>();
  #program!: ClientProgram;
  #proxy!: Proxy;
  #token = "";
  #state = "";
  #mayReload: boolean;
  #eventsBeforeReload = EVENTS_BEFORE_RELOAD;

  private constructor(private readonly config: AppConfig) {
    this.#recorder = new Recorder(config.filters, config.orders);
    this.#mayReload = config.reloads ?? false;
  }

  /** Returns when every subscription is ready. */
  static async start(config: AppConfig): Promise<App> {
    const app = new App(config);
    const { target, plan, random, isSingle } = config;
    app.#token = await target.token(`${config.name} ${config.language.name}`.replaceAll(" ", "-"));
    app.#proxy = await Proxy.start(target.url, plan, random, isSingle);
    app.#run();
    await until(() => app.#ready.size === config.filters.length || app.#recorder.errors.length > 0);
    return app;
  }

  /** The number of events that it received. */
  get count(): number {
    return this.#recorder.count;
  }

  end(): void {
    this.#program.kill();
    this.#proxy.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Waits until every event has arrived. Then cuts once more, to receive an event that comes twice. Without more reloads:
   * the first channels of a replay would fill each page. */
  async waitForAll(): Promise<void> {
    this.#mayReload = false;
    const deadline = Date.now() + TIMEOUT;
    while (this.count < this.#recorder.expectedCount && Date.now() < deadline) await pause(20);
    this.#proxy.cutAll();
    do await pause(20);
    while (this.#state !== "live" && Date.now() < deadline);
    await this.#program.close();
  }

  assertExact(): void {
    this.#recorder.assertExact(`the application ${this.config.name} in ${this.config.language.name}`);
  }

  #run(): void {
    const { filters, language } = this.config;
    const subscriptions = filters.map(({ subjects, types }, n) => ({ name: `${n}`, subjects, ...(types && { types }) }));
    const options = { pingEvery: 500, checkEvery: 1000, leaveAfter: [400, 2500] };
    const config = { url: this.#proxy.url, token: [this.#token], store: join(this.#folder, "store"), options, subscriptions };
    const onEnd = (error: Error) => void this.#recorder.errors.push(error);
    this.#program = new ClientProgram(language.command, config, (line) => this.#handle(line), onEnd);
  }

  #handle(line: Line): void {
    const { subscription, ready, event, state, closed } = line;
    if (state !== undefined) this.#changed(state);
    else if (ready && subscription) this.#ready.add(subscription);
    else if (event) this.#record(Number(subscription), event);
    else if (!closed) this.#recorder.errors.push(line);
  }

  /** Lets the client reconnect without its back-off. */
  #changed(state: string): void {
    this.#state = state;
    if (state === "waiting") setTimeout(() => this.#program.send({ wake: true }), this.config.random() * 20);
  }

  #record(n: number, event: never): void {
    this.#recorder.record(n, event);
    if (this.#mayReload && --this.#eventsBeforeReload === 0) void this.#reload();
  }

  /** Stops reading first: an event that the application has not handled must arrive again. */
  async #reload(): Promise<void> {
    for (const n of this.config.filters.keys()) this.#program.send({ hold: `${n}` });
    await this.#program.close();
    this.#eventsBeforeReload = EVENTS_BEFORE_RELOAD;
    this.#run();
  }
}
