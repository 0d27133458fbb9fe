/** Which of the events that came are seen. */

import { byId, element } from "./element.js";

export class Filter {
  #boxes = new Map();

  /** `changed` is called when others are wanted. */
  constructor(types, changed) {
    types.forEach((type) => this.offer(type));
    byId("filters").addEventListener("input", changed);
    byId("filters").addEventListener("submit", (submitted) => submitted.preventDefault());
  }

  /** A type to choose, if it is none yet. */
  offer(type) {
    if (this.#boxes.has(type)) return;
    const box = element("input", { type: "checkbox", value: type });
    this.#boxes.set(type, box);
    byId("types").append(element("label", {}, box, type));
  }

  /** Of the chosen types, or of any if there are none. */
  admits({ type, subject = "" }) {
    const chosen = [...this.#boxes.values()].filter((box) => box.checked);
    const isOfType = chosen.length === 0 || this.#boxes.get(type)?.checked;
    return Boolean(isOfType) && isAbout(subject, byId("about").value.trim());
  }
}

/** `orders/acme/*` is what is below it, anything else a part of the subject. */
function isAbout(subject, wanted) {
  return wanted.endsWith("*") ? subject.startsWith(wanted.slice(0, -1)) : subject.includes(wanted);
}
