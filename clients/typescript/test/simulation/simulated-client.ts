import type { Effect } from "../../src/machine/effect.js";
import { Machine } from "../../src/machine/machine.js";
import type { SubscriptionState } from "../../src/machine/subscription-state.js";
import { timingOf } from "../../src/machine/timing.js";
import { SimulatedApp } from "./simulated-app.js";
import type { SimulatedServer } from "./simulated-server.js";

/** docs/adr/0014-the-log.md: the longest time from an append to the last send (ms). */
const MAX_DISPATCH_TIME = 190_000;

/** A page with five applications, of which some have the same subject, and the machine that connects them with the server. */
export class SimulatedClient {
  now = 0;
  readonly apps = [
    new SimulatedApp(["a/*"], ["x.v1"]),
    new SimulatedApp(["*"]),
    new SimulatedApp(["b/1"]),
    new SimulatedApp(["*"], ["y.v1"]),
    new SimulatedApp(["b/1", "a/*"]),
  ];
  /** The connections that are not open yet. */
  opening: number[] = [];
  #machine!: Machine;

  constructor(
    private readonly server: SimulatedServer,
    private readonly random: () => number,
  ) {
    this.load();
  }

  get state(): string {
    return this.#machine.state;
  }

  /** Loads the page. After a reload, only the saved progress remains. */
  load(): void {
    this.server.connections.clear();
    this.opening = [];
    this.#machine = new Machine(timingOf({}), this.random);
    this.#run(this.#machine.start(this.now));
    for (const app of this.apps) {
      app.reload();
      const { subjects, types, saved } = app;
      this.#subscribe(app, this.#machine.createSubscription({ subjects, types, progress: saved }));
    }
  }

  /** The client does this while an application reads nothing. */
  pause(app: SimulatedApp): void {
    const { active } = app;
    if (!active) return;
    app.paused = active.copy();
    app.active = undefined;
    this.#run(this.#machine.unsubscribe(active, this.now));
  }

  resume(app: SimulatedApp): void {
    const paused = app.paused!;
    app.paused = undefined;
    this.#subscribe(app, paused);
  }

  open(id: number): void {
    this.opening = this.opening.filter((other) => other !== id);
    this.server.open(id);
    this.#run(this.#machine.opened(id, undefined, this.now));
  }

  receive(id: number, frame: string): void {
    this.#run(this.#machine.received(id, frame, this.now));
  }

  disconnect(id: number): void {
    this.#close(id);
    this.#run(this.#machine.disconnected(id, "cut", this.now));
  }

  /** Moves the clock to the next timer. Older events are dispatched first. */
  tick(): void {
    const { wakeAt } = this.#machine;
    this.server.dispatchBefore(wakeAt - MAX_DISPATCH_TIME);
    if (wakeAt < Infinity) this.now = Math.max(this.now, wakeAt);
    this.#run(this.#machine.tick(this.now));
  }

  #subscribe(app: SimulatedApp, subscription: SubscriptionState): void {
    app.active = subscription;
    this.#run(this.#machine.subscribe(subscription, this.now));
  }

  #close(id: number): void {
    this.server.connections.delete(id);
    this.opening = this.opening.filter((other) => other !== id);
  }

  #run(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "open") this.opening.push(effect.connection);
      else if (effect.type === "send") this.server.handle(effect.connection, effect.message);
      else if (effect.type === "close") this.#close(effect.connection);
      else if (effect.type === "deliver") this.#deliver(effect);
    }
  }

  #deliver({ subscription, delivery }: Extract<Effect, { type: "deliver" }>): void {
    const logEnds = new Map([...this.server.logs].map(([source, { events }]) => [source, events.length]));
    this.#appOf(subscription)?.queue.push({ delivery, logEnds });
  }

  #appOf(subscription: SubscriptionState): SimulatedApp | undefined {
    return this.apps.find(({ active }) => active === subscription);
  }
}
