/** The list of the newest events, newest first. */

import { announce, byId } from "./element.js";
import { Filter } from "./filter.js";
import { Lag } from "./lag.js";
import { Latency, latency } from "./latency.js";
import { Row } from "./row.js";

/** More rows would make the page slow. */
const MAX_ROWS = 500;

/** How many event ids to remember, to recognize duplicates. */
const MAX_IDS = 5_000;

export class Events {
  #filter;
  #rows = [];
  /** Events that are not shown yet. */
  #waiting = [];
  #ids = new Set();
  #dropped = 0;
  #latency = new Latency();
  #lag = new Lag();
  #paused = false;
  #drawing = false;

  constructor() {
    this.#filter = new Filter(() => this.#applyFilter());
    byId("clear").addEventListener("click", () => this.#clear());
    byId("pause").addEventListener("click", () => this.#pause());
    setInterval(() => this.#rows.forEach((row) => row.updateAge()), 1000);
    this.#showCounts();
  }

  /** Offers a filter for these event types. */
  offer(types) {
    types.forEach((type) => this.#filter.offer(type));
  }

  /** Ignores duplicates, which may arrive after a disconnect. */
  add({ data, ...event }, text, replayed) {
    if (this.#ids.has(event.id)) return;
    this.#remember(event.id);
    const measured = replayed ? undefined : latency(event.time, Date.now());
    this.#latency.add(measured);
    this.#lag.add(event.source, measured);
    this.#waiting.push({ event, text, latency: measured, replayed });
    this.#dropped += this.#waiting.splice(0, this.#waiting.length - MAX_ROWS).length;
    this.#drawSoon();
  }

  #remember(id) {
    this.#ids.add(id);
    if (this.#ids.size > MAX_IDS) this.#ids.delete(this.#ids.values().next().value);
  }

  /** Draws once for all events since the last frame. */
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
    this.#lag.show();
    this.#showCounts();
  }

  #show(arrivals) {
    const rows = arrivals.map((arrival) => [new Row(arrival), arrival.replayed]);
    rows.forEach(([{ event }]) => this.#filter.offer(event.type));
    rows.forEach(([row, replayed]) => this.#insert(row, replayed));
    const old = this.#rows.splice(MAX_ROWS);
    old.forEach((row) => row.item.remove());
    this.#dropped += old.length;
    this.#applyFilter();
    announceNews(arrivals.map(({ event }) => event).filter(({ late }) => !late));
  }

  /** A replayed or late event can be older than those that are shown. */
  #insert(row, replayed) {
    const newest = replayed ? this.#rows.findIndex(({ event }) => event.time <= row.event.time) : 0;
    const index = newest < 0 ? this.#rows.length : newest;
    byId("events").insertBefore(row.item, this.#rows[index]?.item ?? null);
    this.#rows.splice(index, 0, row);
  }

  #applyFilter() {
    for (const { event, item } of this.#rows) item.hidden = !this.#filter.matches(event);
    this.#showCounts();
  }

  #showCounts() {
    const [kept, waiting] = [this.#rows.length, this.#waiting.length];
    const shown = this.#rows.filter((row) => !row.item.hidden).length;
    const parts = [
      shown === kept ? `${kept}` : `${shown} of ${kept}`,
      ...(this.#dropped > 0 ? [`${this.#dropped} older dropped`] : []),
      ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ];
    byId("event-count").textContent = parts.join(" · ");
    byId("latency").textContent = this.#latency.text();
    byId("no-events").textContent = kept === 0 ? NO_EVENTS : "No event matches the filter.";
    byId("no-events").hidden = shown > 0;
    byId("events").hidden = byId("columns").hidden = shown === 0;
  }

  #clear() {
    this.#rows.splice(0).forEach((row) => row.item.remove());
    this.#waiting = [];
    this.#dropped = 0;
    this.#latency = new Latency();
    this.#showCounts();
  }

  #pause() {
    this.#paused = !this.#paused;
    byId("pause").setAttribute("aria-pressed", this.#paused);
    this.#draw();
  }
}

/** A late event is no news. */
function announceNews(events) {
  if (events.length === 0) return;
  const { type, subject } = events.at(-1);
  announce(events.length === 1 ? `${type} about ${subject}` : `${events.length} events, the last is ${type}`);
}

const NO_EVENTS = byId("no-events").textContent;
