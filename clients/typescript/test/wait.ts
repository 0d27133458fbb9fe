/** The longest wait (ms). */
const TIMEOUT = 100_000;

/** The real ones, also while a test has a clock of its own. */
const real = { setTimeout, clearTimeout };

export function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

/** Returns when the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > TIMEOUT) throw new Error(`after ${TIMEOUT / 1000} s, not true: ${condition}`);
    await pause(5);
  }
}

/** Returns the result, or throws an error when it takes too long. */
export async function within<T>(result: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = real.setTimeout(() => reject(new Error(`after ${TIMEOUT / 1000} s, no ${what}`)), TIMEOUT);
  });
  return Promise.race([result, late]).finally(() => real.clearTimeout(timer));
}
