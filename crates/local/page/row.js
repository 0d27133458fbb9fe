/** An event in the list: a line, which unfolds to its data and to what is around that. */

import { element } from "./element.js";
import { members, pretty } from "./json.js";
import { latenessText, span } from "./lateness.js";

const ENVELOPE = ["id", "time", "source", "sequence", "position", "dataschema"];

export class Row {
  item;
  #age;

  /** `event` without its data, which is in `text` to the last digit. */
  constructor({ event, text, late, replayed }) {
    this.event = event;
    this.#age = element("span", { class: "age" });
    const details = element("details", { class: "event" }, line(event, late, replayed, this.#age));
    // Most events are never unfolded.
    details.addEventListener("toggle", () => details.append(body(event, text)), { once: true });
    this.item = element("li", { class: "new" }, details);
    // Else it would be new again each time that a filter lets it be seen.
    this.item.addEventListener("animationend", () => this.item.classList.remove("new"), { once: true });
    this.tick();
  }

  /** Time goes on. */
  tick() {
    const age = `${span(Math.max(0, Date.now() - Date.parse(this.event.time)))} ago`;
    if (this.#age.textContent !== age) this.#age.textContent = age;
  }
}

function line({ type, subject = "" }, late, replayed, age) {
  const title = replayed ? "It came after a cut, from the log" : "From the change until it was here";
  return element(
    "summary",
    {},
    element("span", { class: "type" }, type),
    element("span", { class: "about mono" }, subject),
    element("span", { class: "late", title }, replayed ? "replayed" : latenessText(late)),
    age,
  );
}

function body(event, text) {
  const data = pretty(members(text).get("data") ?? "null");
  const shown = element("pre", { tabindex: "0", role: "group", "aria-label": "data" }, data);
  return element("div", { class: "body" }, shown, envelope(event, text));
}

function envelope(event, text) {
  const rows = ENVELOPE.filter((name) => name in event).flatMap((name) => [
    element("dt", {}, name),
    element("dd", { class: "mono" }, name === "dataschema" ? schema(event[name]) : event[name]),
  ]);
  const described = element("a", { href: `/catalogue/#${encodeURIComponent(event.type)}` }, "In the catalogue");
  rows.push(element("dt"), element("dd", { class: "row" }, copier(text), described));
  return element("dl", { class: "envelope" }, ...rows);
}

function copier(text) {
  const button = element("button", { type: "button" }, "Copy the event");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return button;
}

/** Schemas are served here, under the path of their address. */
function schema(address) {
  return URL.canParse(address) ? element("a", { href: new URL(address).pathname }, address) : address;
}
