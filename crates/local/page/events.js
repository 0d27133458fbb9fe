/** The events that came, newest first; of many, the newest. */

import { announce, byId } from "./element.js";
import { Filter } from "./filter.js";
import { Lateness, lateness } from "./lateness.js";
import { Row } from "./row.js";

/** More would make the page slow, and nobody scrolls as far. */
const KEPT = 500;

/** Ids, by which what comes twice is known. */
const REMEMBERED = 5_000;

export class Events {
  #filter;
  #rows = [];
  /** Not shown yet. */
  #waiting = [];
  #ids = new Set();
  #dropped = 0;
  #lateness = new Lateness();
  #paused = false;
  #drawing = false;

  /** `types` that can be expected. */
  constructor(types) {
    this.#filter = new Filter(types, () => this.#match());
    byId("clear").addEventListener("click", () => this.#clear());
    byId("pause").addEventListener("click", () => this.#pause());
    setInterval(() => this.#rows.forEach((row) => row.tick()), 1000);
    this.#tell();
  }

  /** The same may come twice, as after a cut. */
  add({ data, ...event }, text, replayed) {
    if (this.#ids.has(event.id)) return;
    this.#remember(event.id);
    const late = replayed ? undefined : lateness(event.time, Date.now());
    this.#lateness.add(late);
    this.#waiting.push({ event, text, late, replayed });
    this.#dropped += this.#waiting.splice(0, this.#waiting.length - KEPT).length;
    this.#drawSoon();
  }

  #remember(id) {
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED) this.#ids.delete(this.#ids.values().next().value);
  }

  /** Once for all that came since the last picture. */
  #drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw() {
    if (!this.#paused && this.#waiting.length > 0) this.#show(this.#waiting.splice(0));
    this.#tell();
  }

  #show(arrivals) {
    const rows = arrivals.map((arrival) => new Row(arrival)).reverse();
    rows.forEach(({ event }) => this.#filter.offer(event.type));
    byId("events").prepend(...rows.map((row) => row.item));
    this.#rows.unshift(...rows);
    const old = this.#rows.splice(KEPT);
    old.forEach((row) => row.item.remove());
    this.#dropped += old.length;
    this.#match();
    const { type, subject } = rows[0].event;
    announce(rows.length === 1 ? `${type} about ${subject}` : `${rows.length} events, the last ${type}`);
  }

  #match() {
    for (const { event, item } of this.#rows) item.hidden = !this.#filter.admits(event);
    this.#tell();
  }

  /** What is there, and what not. */
  #tell() {
    const [kept, waiting] = [this.#rows.length, this.#waiting.length];
    const shown = this.#rows.filter((row) => !row.item.hidden).length;
    const parts = [
      shown === kept ? `${kept}` : `${shown} of ${kept}`,
      ...(this.#dropped > 0 ? [`${this.#dropped} older dropped`] : []),
      ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ];
    byId("counted").textContent = parts.join(" · ");
    byId("lateness").textContent = this.#lateness.text();
    byId("nothing").textContent = kept === 0 ? NOTHING : "No event is as the filter wants it.";
    byId("nothing").hidden = shown > 0;
    byId("events").hidden = byId("columns").hidden = shown === 0;
  }

  #clear() {
    this.#rows.splice(0).forEach((row) => row.item.remove());
    this.#waiting = [];
    this.#dropped = 0;
    this.#lateness = new Lateness();
    this.#tell();
  }

  #pause() {
    this.#paused = !this.#paused;
    byId("pause").setAttribute("aria-pressed", this.#paused);
    this.#draw();
  }
}

const NOTHING = byId("nothing").textContent;
