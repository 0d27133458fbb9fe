/**
 * How late events are: from the change, whose time DynamoDB gives, until they are here.
 * Where that time is in whole seconds, a change is at most so late: it happened within the second.
 */

const SAMPLES = 200;

export function lateness(time, arrived) {
  const milliseconds = arrived - Date.parse(time);
  if (!(milliseconds >= 0)) return undefined;
  return { milliseconds, atMost: !/\.\d/.test(time) };
}

export function latenessText(late) {
  if (late === undefined) return "?";
  return `${late.atMost ? "≤ " : ""}${span(late.milliseconds, 1)}`;
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function span(milliseconds, digits = 0) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(digits)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Of the latest events. */
export class Lateness {
  #samples = [];

  add(late) {
    if (late === undefined) return;
    this.#samples.push(late);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  text() {
    if (this.#samples.length === 0) return "";
    const sorted = this.#samples.toSorted((one, other) => one.milliseconds - other.milliseconds);
    const median = sorted[Math.floor((sorted.length - 1) / 2)];
    const figures = `Late: median ${latenessText(median)}, worst ${latenessText(sorted.at(-1))}`;
    return median.atMost ? `${figures} (DynamoDB tells whole seconds)` : figures;
  }
}
