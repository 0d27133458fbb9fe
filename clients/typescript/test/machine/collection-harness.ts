import { CollectionState } from "../../src/machine/collection-state.js";
import { removedType } from "../../src/protocol/event-type.js";
import { event, item, RECOVERED, resumed, SOURCE, state, subscribed } from "../server-events.js";
import { Harness } from "./harness.js";

export const TYPE = "order.placed.v1";
const REMOVED = removedType(TYPE);

/** A machine with one collection. */
export class CollectionHarness extends Harness {
  readonly state: CollectionState;
  readonly subjects: string[];
  readonly subscription;
  #offset = 100;

  constructor(subjects = ["orders/*"], options: ConstructorParameters<typeof Harness>[0] = {}) {
    super(options);
    this.subjects = subjects;
    this.state = new CollectionState(subjects, TYPE, options.random ?? (() => 0.5));
    this.subscription = this.subscribe({ subjects, types: [TYPE, REMOVED], loader: this.state });
  }

  /** Connection 1 is open, the subscription is live, and the client has requested the state with the id 2. */
  static requested(subjects?: string[], options?: ConstructorParameters<typeof Harness>[0]): CollectionHarness {
    const harness = new CollectionHarness(subjects, options);
    harness.open(1);
    harness.receive(1, subscribed("1", harness.subjects, 0));
    return harness;
  }

  /** The collection has these items. */
  static loaded(items: Record<string, unknown>): CollectionHarness {
    const harness = CollectionHarness.requested();
    harness.receive(1, ...harness.items("2", items), state("2", [complete("orders/*")], 0));
    harness.effects = [];
    return harness;
  }

  items(request: string, items: Record<string, unknown>): string[] {
    return Object.entries(items).map(([subject, data]) => item(request, subject, data));
  }

  set(subject: string, data: unknown, more: object = {}): string {
    const id = `${++this.#offset}`;
    return event(TYPE, data, { id, source: SOURCE, subject, position: `e-${id}`, ...more });
  }

  remove(subject: string, more: object = {}): string {
    return this.set(subject, {}, { type: REMOVED, ...more });
  }

  /** Reconnects, and resumes with this result. The subscribe has the id 1. */
  resume(connection: number, result: object = { ...RECOVERED, position: "e-200" }): void {
    this.reconnect(connection);
    this.receive(connection, resumed("1", result), subscribed("1", this.subjects, 200));
  }

  get data(): Record<string, unknown> {
    return Object.fromEntries([...this.state.items.all].map(([subject, { data, missing }]) => [subject, missing ?? data]));
  }

  /** The messages of state since the last call. */
  requests(): object[] {
    return this.sent().filter(({ action }) => action === "state");
  }

  /** The changes that the application saw since the last call. */
  changes(): string[] {
    return this.take("deliver").flatMap(({ delivery }) => {
      if (delivery.kind === "changed") return [`${delivery.replaced ? "replaced" : "changed"} ${delivery.subjects.join()}`];
      return delivery.kind === "error" ? [delivery.error.message] : [delivery.kind];
    });
  }
}

export function complete(subject: string): object {
  return { subject, complete: true, items: 0 };
}

export function page(subject: string, next?: string): object {
  return { subject, complete: false, items: 0, next };
}

export function refusal(subject: string, reason: string): object {
  return { subject, complete: false, items: 0, reason };
}
