/** The events that came, newest first; of many, the newest. */

import { announce, byId, element } from "./element.js";
import { members, pretty } from "./json.js";
import { Lateness, lateness, latenessText, span } from "./lateness.js";

/** More would make the page slow, and nobody scrolls as far. */
export const KEPT = 500;

const ENVELOPE = ["id", "time", "source", "sequence", "position", "dataschema"];

export class Events {
  #rows = [];
  #ids = new Set();
  /** Not shown yet. */
  #waiting = [];
  #came = 0;
  #lateness = new Lateness();
  #types = new Map();
  #paused = false;
  #drawing = false;

  constructor(types) {
    types.forEach((type) => this.#offer(type));
    byId("filters").addEventListener("input", () => this.#filter());
    byId("filters").addEventListener("submit", (submitted) => submitted.preventDefault());
    byId("clear").addEventListener("click", () => this.#clear());
    byId("pause").addEventListener("click", () => this.#pause());
    setInterval(() => this.#rows.forEach(showAge), 1000);
    this.#count();
  }

  /** What came before, as it may after a cut, is passed over. */
  add(event, text, replayed) {
    if (this.#ids.has(event.id)) return;
    this.#ids.add(event.id);
    this.#came += 1;
    const arrived = Date.now();
    const late = replayed ? undefined : lateness(event.time, arrived);
    this.#lateness.add(late);
    this.#waiting.push({ event, text, late, replayed });
    if (this.#waiting.length > KEPT) this.#forget(this.#waiting.shift());
    this.#drawSoon();
  }

  #forget({ event }) {
    this.#ids.delete(event.id);
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
    if (!this.#paused) this.#show(this.#waiting.splice(0));
    this.#count();
  }

  #show(arrivals) {
    if (arrivals.length === 0) return;
    const rows = arrivals.map(row).reverse();
    rows.forEach(({ event }) => this.#offer(event.type));
    rows.forEach((one) => this.#match(one));
    byId("events").prepend(...rows.map((one) => one.item));
    this.#rows.unshift(...rows);
    for (const old of this.#rows.splice(KEPT)) {
      this.#forget(old);
      old.item.remove();
    }
    const { type, subject } = rows[0].event;
    announce(arrivals.length === 1 ? `${type} about ${subject}` : `${arrivals.length} events, the last ${type}`);
  }

  #count() {
    const [kept, waiting] = [this.#rows.length, this.#waiting.length];
    const shown = this.#rows.filter((one) => !one.item.hidden).length;
    const dropped = this.#came - kept - waiting;
    const parts = [
      shown === kept ? `${kept}` : `${shown} of ${kept}`,
      ...(dropped > 0 ? [`${dropped} older dropped`] : []),
      ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ];
    byId("counted").textContent = parts.join(" · ");
    byId("lateness").textContent = this.#lateness.text();
    byId("nothing").hidden = shown > 0;
    byId("nothing").textContent = kept === 0 ? NOTHING : "No event is as the filter wants it.";
  }

  #clear() {
    [...this.#rows, ...this.#waiting.splice(0)].forEach((one) => this.#forget(one));
    this.#rows.splice(0).forEach((one) => one.item.remove());
    this.#came = 0;
    this.#lateness = new Lateness();
    this.#count();
  }

  #pause() {
    this.#paused = !this.#paused;
    byId("pause").setAttribute("aria-pressed", this.#paused);
    this.#draw();
  }

  /** A type to filter by. */
  #offer(type) {
    if (this.#types.has(type)) return;
    const box = element("input", { type: "checkbox", value: type });
    this.#types.set(type, box);
    byId("types").append(element("label", {}, box, type));
  }

  #filter() {
    this.#rows.forEach((one) => this.#match(one));
    this.#count();
  }

  #match({ event, item }) {
    const wanted = [...this.#types.values()].filter((box) => box.checked).map((box) => box.value);
    const isOfType = wanted.length === 0 || wanted.includes(event.type);
    item.hidden = !(isOfType && isAbout(event.subject ?? "", byId("about").value.trim()));
  }
}

const NOTHING = byId("nothing").textContent;

/** `orders/acme/*` is what is below it, anything else a part of the subject. */
function isAbout(subject, wanted) {
  return wanted.endsWith("*") ? subject.startsWith(wanted.slice(0, -1)) : subject.includes(wanted);
}

function row({ event, text, late, replayed }) {
  const age = element("span", { class: "age" });
  const title = replayed ? "It came after a cut, from the log" : "From the change until it was here";
  const summary = element(
    "summary",
    {},
    element("span", { class: "type" }, event.type),
    element("span", { class: "about mono" }, event.subject ?? ""),
    element("span", { class: "late", title }, replayed ? "replayed" : latenessText(late)),
    age,
  );
  const details = element("details", { class: "event" }, summary);
  // Most events are never unfolded.
  details.addEventListener("toggle", () => details.append(body(text)), { once: true });
  const item = element("li", { class: "new" }, details);
  const made = { event, item, age };
  showAge(made);
  return made;
}

function showAge({ event, age }) {
  const text = `${span(Math.max(0, Date.now() - Date.parse(event.time)))} ago`;
  if (age.textContent !== text) age.textContent = text;
}

/** The data first; what is around it beside it. */
function body(text) {
  const parts = members(text);
  const envelope = element("dl", { class: "envelope" });
  for (const name of ENVELOPE.filter((name) => parts.has(name))) {
    envelope.append(element("dt", {}, name), element("dd", { class: "mono" }, JSON.parse(parts.get(name))));
  }
  const copy = element("button", { type: "button" }, "Copy the event");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
  });
  envelope.append(element("dt"), element("dd", {}, copy));
  const data = element("pre", { class: "data", tabindex: "0", "aria-label": "data" }, pretty(parts.get("data") ?? "null"));
  return element("div", { class: "body" }, data, envelope);
}
