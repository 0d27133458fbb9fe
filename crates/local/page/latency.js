/**
 * The latency of events: from the change to the arrival in the browser. DynamoDB provides the time of the change.
 * If it is in whole seconds, the latency is an upper bound, because the change may have happened later in that second.
 */

const SAMPLES = 200;

export function latency(time, arrived) {
  const milliseconds = arrived - Date.parse(time);
  if (!(milliseconds >= 0)) return undefined;
  return { milliseconds, isUpperBound: !/\.\d/.test(time) };
}

export function latencyText(measured) {
  if (measured === undefined) return "?";
  return `${measured.isUpperBound ? "≤ " : ""}${duration(measured.milliseconds, 1)}`;
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function duration(milliseconds, digits = 0) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(digits)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Statistics of the newest events. */
export class Latency {
  #samples = [];

  add(measured) {
    if (measured === undefined) return;
    this.#samples.push(measured);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  text() {
    if (this.#samples.length === 0) return "";
    const sorted = this.#samples.toSorted((one, other) => one.milliseconds - other.milliseconds);
    const median = sorted[Math.floor((sorted.length - 1) / 2)];
    const figures = `Latency: median ${latencyText(median)}, maximum ${latencyText(sorted.at(-1))}`;
    return median.isUpperBound ? `${figures} (DynamoDB times are whole seconds)` : figures;
  }
}
