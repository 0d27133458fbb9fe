/** The interval in which the client compares its clocks. After an advance, it would look like one that slept. */
const COMPARE_EVERY = 5_000;

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  timeout?: ReturnType<typeof setTimeout>;
}

/** The monotonic clock and the timers of the client. The wall clock stays as it is. */
export class Clock {
  #offset = 0;
  readonly #timers = new Set<Timer>();
  readonly #now = performance.now.bind(performance);
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;

  /** Replaces the functions that the client calls. */
  install(): void {
    performance.now = () => this.#now() + this.#offset;
    const setTimeout = (callback: () => void, delay = 0) => this.#add(callback, delay);
    const clearTimeout = (timer?: Timer) => this.#remove(timer);
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  /** Moves the clock forward, and fires the timers that become due. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
    for (const timer of [...this.#timers].sort((one, other) => one.due - other.due)) {
      this.#clearTimeout(timer.timeout);
      if (timer.due <= performance.now()) this.#fire(timer);
      else if (this.#timers.has(timer)) this.#start(timer);
    }
  }

  #add(callback: () => void, delay: number): Timer {
    const timer: Timer = { due: performance.now() + delay, callback };
    if (delay !== COMPARE_EVERY) this.#start(timer);
    return timer;
  }

  #start(timer: Timer): void {
    this.#timers.add(timer);
    timer.timeout = this.#setTimeout(() => this.#fire(timer), Math.max(timer.due - performance.now(), 0));
  }

  #fire(timer: Timer): void {
    if (this.#timers.delete(timer)) timer.callback();
  }

  #remove(timer: Timer | undefined): void {
    if (timer && this.#timers.delete(timer)) this.#clearTimeout(timer.timeout);
  }
}
