import { monotonicNow } from "./clock.js";

/** Events after which a connection may have died unnoticed. Browsers send `resume` to the document only. */
const EVENTS = ["online", "pageshow", "resume", "visibilitychange"] as const;

/** Interval in which the clocks are compared (ms). */
const COMPARE_EVERY = 5_000;

/** A timer that fires so much later than planned (ms) shows that the machine slept. */
const MAX_LATE = 5_000;

/** Calls `woke` when the page, the network or the machine may have been away. Uses the events of a browser where they
 * exist, and everywhere the clocks. */
export class WakeWatch {
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #targets = eventTargets();

  constructor(private readonly woke: () => void) {}

  start(): void {
    for (const target of this.#targets) for (const name of EVENTS) target.addEventListener(name, this.#onEvent);
    this.#compareLater();
  }

  stop(): void {
    for (const target of this.#targets) for (const name of EVENTS) target.removeEventListener?.(name, this.#onEvent);
    clearTimeout(this.#timer);
  }

  #onEvent = () => {
    if (!isHidden()) this.woke();
  };

  /** In sleep, some systems stop the monotonic clock and its timers. The wall clock goes on. */
  #compareLater(): void {
    const [monotonic, wall] = [monotonicNow(), Date.now()];
    this.#timer = setTimeout(() => {
      this.#compareLater();
      const elapsed = Math.max(monotonicNow() - monotonic, Date.now() - wall);
      // Browsers delay the timers of a hidden page. `visibilitychange` follows.
      if (elapsed > COMPARE_EVERY + MAX_LATE && !isHidden()) this.woke();
    }, COMPARE_EVERY);
  }
}

/** Returns the window and the document. Node has neither. */
function eventTargets(): EventTarget[] {
  const { document } = globalThis as { document?: EventTarget };
  const targets = [globalThis as Partial<EventTarget>, document];
  return targets.filter((target): target is EventTarget => typeof target?.addEventListener === "function");
}

function isHidden(): boolean {
  const { document } = globalThis as { document?: { visibilityState?: string } };
  return document?.visibilityState === "hidden";
}
