import type { TestContext } from "node:test";
import { monotonicNow } from "../../src/clock.js";

/** Gives Node the global objects of a web page, until the test ends. */
export function fakePage(context: TestContext): { window: EventTarget; document: EventTarget & { visibilityState: string } } {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const globals = {
    document,
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  };
  Object.assign(globalThis, globals);
  context.after(() => {
    for (const name of Object.keys(globals)) delete (globalThis as Record<string, unknown>)[name];
  });
  return { window, document };
}

/** Replaces both clocks and the timers. */
export class FakeClocks {
  #monotonic = 0;

  constructor(private readonly context: TestContext) {
    context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
    context.mock.method(performance, "now", () => this.#monotonic);
  }

  get monotonic(): number {
    return monotonicNow();
  }

  /** Lets time pass as it does while the machine runs: in steps of a second. */
  async pass(time: number): Promise<void> {
    for (let passed = 0; passed < time; passed += 1_000) {
      this.#monotonic += 1_000;
      this.context.mock.timers.tick(1_000);
      await this.settle();
    }
  }

  /** Lets the monotonic clock go on while no timer runs, as in a sleep. */
  moveMonotonic(time: number): void {
    this.#monotonic += time;
  }

  /** Moves the wall clock alone, as a sleep does on some systems, and a correction of the clock on all. */
  moveWall(time: number): void {
    // `setTime` would run the timers, so only `Date.now` moves.
    const { now } = Date;
    this.context.mock.method(Date, "now", () => now() + time);
  }

  /** Runs the promises that are ready. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
