/** An event in the list: a line that expands to the data and the attributes. */

import { element } from "./element.js";
import { members, pretty } from "./json.js";
import { duration, latencyText } from "./latency.js";

const ATTRIBUTES = ["id", "time", "source", "sequence", "position", "late", "dataschema"];

export class Row {
  item;
  #age;

  /** `event` has no data. `text` is the whole event, with all digits. */
  constructor({ event, text, latency, replayed }) {
    this.event = event;
    this.#age = element("span", { class: "age" });
    const details = element("details", { class: "event" }, line(event, latency, replayed, this.#age));
    // Created on demand, because most rows are never expanded.
    details.addEventListener("toggle", () => details.append(body(event, text)), { once: true });
    this.item = element("li", { class: "new" }, details);
    // Otherwise, the animation would run again each time the filter shows the row.
    this.item.addEventListener("animationend", () => this.item.classList.remove("new"), { once: true });
    this.updateAge();
  }

  updateAge() {
    const age = `${duration(Math.max(0, Date.now() - Date.parse(this.event.time)))} ago`;
    if (this.#age.textContent !== age) this.#age.textContent = age;
  }
}

function line(event, latency, replayed, age) {
  const { type, subject = "" } = event;
  const [title, text] = arrival(event, latency, replayed);
  return element(
    "summary",
    {},
    element("span", { class: "type" }, type),
    element("span", { class: "subject mono" }, subject),
    element("span", { class: "latency", title }, text),
    age,
  );
}

/** Returns how the event arrived: an explanation, and the text of the column. */
function arrival({ late }, latency, replayed) {
  if (late) return ["Older than an event of this subject that was sent before: clients do not report it as news", "late"];
  if (replayed) return ["Replayed from the log", "replayed"];
  return ["From the change to the arrival in the browser", latencyText(latency)];
}

function body(event, text) {
  const data = pretty(members(text).get("data") ?? "null");
  const shown = element("pre", { tabindex: "0", role: "group", "aria-label": "data" }, data);
  return element("div", { class: "body" }, shown, attributes(event, text));
}

function attributes(event, text) {
  const rows = ATTRIBUTES.filter((name) => name in event).flatMap((name) => [
    element("dt", {}, name),
    element("dd", { class: "mono" }, name === "dataschema" ? schemaLink(event[name]) : event[name]),
  ]);
  const catalogue = element("a", { href: `/catalogue/#${encodeURIComponent(event.type)}` }, "Show in the catalogue");
  rows.push(element("dt"), element("dd", { class: "row" }, copyButton(text), catalogue));
  return element("dl", { class: "attributes" }, ...rows);
}

function copyButton(text) {
  const button = element("button", { type: "button" }, "Copy event");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return button;
}

/** The local mode serves each schema at the path of its URL. */
function schemaLink(url) {
  return URL.canParse(url) ? element("a", { href: new URL(url).pathname }, url) : url;
}
