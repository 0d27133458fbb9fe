import type { Effect } from "../../src/machine/effect.js";
import { Machine } from "../../src/machine/machine.js";
import type { SubscriptionConfig, SubscriptionState } from "../../src/machine/subscription-state.js";
import { timingOf } from "../../src/machine/timing.js";
import type { Validate } from "../../src/protocol/event.js";
import type { ClientMessage } from "../../src/protocol/message.js";
import { subscribed } from "../server-events.js";

/** Runs a machine with a manual clock, and collects its effects. */
export class Harness {
  now = 0;
  readonly machine: Machine;
  effects: Effect[] = [];

  constructor({ random = () => 0.5, validate }: { random?: () => number; validate?: Validate } = {}) {
    this.machine = new Machine(timingOf({}), random, validate);
    this.add(this.machine.start(0));
  }

  /** Live on connection 1, with one subscription that starts at this offset. */
  static live(subjects = ["orders/*"], offset?: number): { harness: Harness; subscription: SubscriptionState } {
    const harness = new Harness();
    const subscription = harness.subscribe({ subjects });
    harness.open(1);
    harness.receive(1, subscribed("1", subjects, offset));
    harness.effects = [];
    return { harness, subscription };
  }

  add(effects: Effect[]): void {
    this.effects.push(...effects);
  }

  subscribe(config: SubscriptionConfig): SubscriptionState {
    const subscription = this.machine.createSubscription(config);
    this.add(this.machine.subscribe(subscription, this.now));
    return subscription;
  }

  unsubscribe(subscription: SubscriptionState): void {
    this.add(this.machine.unsubscribe(subscription, this.now));
  }

  open(connection: number, expiresAt?: number): void {
    this.add(this.machine.opened(connection, expiresAt, this.now));
  }

  receive(connection: number, ...frames: string[]): void {
    for (const frame of frames) this.add(this.machine.received(connection, frame, this.now));
  }

  disconnect(connection: number): void {
    this.add(this.machine.disconnected(connection, "cut", this.now));
  }

  wake(): void {
    this.add(this.machine.woke(this.now));
  }

  /** Disconnects the connection before this one, waits for the backoff, and opens this one. */
  reconnect(connection: number): void {
    this.disconnect(connection - 1);
    this.toNextTimer();
    this.open(connection);
  }

  /** Moves the clock to the next timer. Returns the time. */
  toNextTimer(): number {
    this.now = this.machine.wakeAt;
    this.add(this.machine.tick(this.now));
    return this.now;
  }

  advance(time: number): void {
    this.now += time;
    this.add(this.machine.tick(this.now));
  }

  /** Returns the effects of one type since the last call. */
  take<Type extends Effect["type"]>(type: Type): Extract<Effect, { type: Type }>[] {
    const taken = this.effects.filter((effect) => effect.type === type);
    this.effects = this.effects.filter((effect) => effect.type !== type);
    return taken as Extract<Effect, { type: Type }>[];
  }

  /** Returns the numbers of the opened connections. */
  opened(): number[] {
    return this.take("open").map(({ connection }) => connection);
  }

  /** Returns the reasons of the closed connections. */
  closed(): string[] {
    return this.take("close").map(({ reason }) => reason);
  }

  sent(): ClientMessage[] {
    return this.take("send").map(({ message }) => message);
  }

  /** Returns the ids of delivered events, and describes delivered gaps and errors. */
  delivered(): string[] {
    return this.take("deliver").flatMap(({ delivery }) => {
      if (delivery.kind === "event") return [delivery.event.id];
      if (delivery.kind === "gap") return [`gap of ${delivery.gap.source}: ${delivery.gap.reason}`];
      if (delivery.kind === "late") return [`late ${delivery.event.id}`];
      return delivery.kind === "error" ? [`${delivery.error.name}: ${delivery.error.message}`] : [];
    });
  }

  states(): string[] {
    return this.take("state").map(({ state }) => state);
  }
}
