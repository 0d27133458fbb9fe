/** The interval in which the client compares its clocks. A busy machine would look like one that slept. */
const COMPARE_EVERY = 5_000;

/** Lets all times of the client pass faster, except those of the wall clock. */
export function runFaster(speed: number): void {
  const now = performance.now.bind(performance);
  performance.now = () => now() * speed;
  const { setTimeout } = globalThis;
  const faster = (callback: () => void, delay = 0) =>
    setTimeout(delay === COMPARE_EVERY ? () => {} : callback, delay / speed);
  globalThis.setTimeout = faster as typeof setTimeout;
}
