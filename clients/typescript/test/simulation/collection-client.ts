import { removedType } from "../../src/protocol/event-type.js";
import type { Effect } from "../../src/machine/effect.js";
import { Machine } from "../../src/machine/machine.js";
import { timingOf } from "../../src/machine/timing.js";
import { SimulatedCollection } from "./simulated-collection.js";
import { TYPE } from "./simulated-table.js";
import type { StateServer } from "./state-server.js";

/** docs/adr/0014-the-log.md: the longest time from an append to the last send (ms). */
const MAX_DISPATCH_TIME = 190_000;

/** A page with collections that overlap, and the machine that connects them with the server. */
export class CollectionClient {
  now = 0;
  readonly collections: SimulatedCollection[];
  /** The connections that are not open yet. */
  opening: number[] = [];
  #machine!: Machine;

  constructor(
    private readonly server: StateServer,
    isVersioned: boolean,
    private readonly random: () => number,
  ) {
    const patterns = [["a/*"], ["b/*", "a/2"], ["b/1"]];
    this.collections = patterns.map((one) => new SimulatedCollection(one, server.table, isVersioned, random));
    this.load();
  }

  /** True if nothing has to happen. */
  get isLive(): boolean {
    return this.#machine.state === "live" && this.collections.every(({ state }) => state.status === "live");
  }

  get isWaiting(): boolean {
    return this.#machine.state === "waiting";
  }

  /** Loads the page. */
  load(): void {
    this.server.connections.clear();
    this.opening = [];
    this.#machine = new Machine(timingOf({}), this.random);
    this.#run(this.#machine.start(this.now));
    for (const collection of this.collections) {
      collection.load();
      const types = [TYPE, removedType(TYPE)];
      const config = { subjects: collection.patterns, types, loader: collection.state };
      collection.subscription = this.#machine.createSubscription(config);
      this.#run(this.#machine.subscribe(collection.subscription, this.now));
    }
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
    this.server.now = this.now;
    this.#run(this.#machine.tick(this.now));
  }

  #close(id: number): void {
    this.server.connections.delete(id);
    this.opening = this.opening.filter((other) => other !== id);
  }

  #run(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "open") this.opening.push(effect.connection);
      else if (effect.type === "send") this.#send(effect);
      else if (effect.type === "close") this.#close(effect.connection);
      else if (effect.type === "deliver") this.#deliver(effect);
    }
  }

  #send({ connection, message }: Extract<Effect, { type: "send" }>): void {
    if (message.action === "state") for (const collection of this.collections) collection.requested();
    this.server.handle(connection, message);
  }

  #deliver({ subscription, delivery }: Extract<Effect, { type: "deliver" }>): void {
    this.collections.find((one) => one.subscription === subscription)?.deliver(delivery);
  }
}
