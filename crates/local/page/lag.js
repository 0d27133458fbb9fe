/** The channels whose events arrive latest: the lag of each is that of its slowest event of the last minute. */

import { byId, element } from "./element.js";
import { latencyText } from "./latency.js";

const MAX_SHOWN = 10;

/** Channels of which the page keeps the lag. */
const MAX_CHANNELS = 1_000;

const PERIOD = 60_000;

export class Lag {
  /** The slowest event of each channel, by its source. */
  #slowest = new Map();

  constructor() {
    setInterval(() => this.#forget(Date.now() - PERIOD), 5_000);
  }

  /** `measured` is the latency of an event that was not replayed. */
  add(source, measured, now = Date.now()) {
    if (measured === undefined) return;
    const known = this.#slowest.get(source);
    if (known && known.at >= now - PERIOD && known.measured.milliseconds > measured.milliseconds) return;
    this.#slowest.delete(source);
    this.#slowest.set(source, { measured, at: now });
    if (this.#slowest.size > MAX_CHANNELS) this.#slowest.delete(this.#slowest.keys().next().value);
  }

  show() {
    const channels = [...this.#slowest].toSorted(([, one], [, other]) => other.measured.milliseconds - one.measured.milliseconds);
    byId("lag").replaceChildren(...channels.slice(0, MAX_SHOWN).map(entry));
    byId("lag-count").textContent = channels.length;
    byId("lag-message").hidden = channels.length > 0;
  }

  #forget(before) {
    for (const [source, { at }] of this.#slowest) if (at < before) this.#slowest.delete(source);
    this.show();
  }
}

function entry([source, { measured }]) {
  return element("li", {}, element("span", { class: "mono" }, source), ` ${latencyText(measured)}`);
}
