/** Returns a time (ms) that only grows. A change of the wall clock does not move it. */
export function monotonicNow(): number {
  return performance.now();
}
