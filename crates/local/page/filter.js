/** The filter of the event list. */

import { byId, element } from "./element.js";

export class Filter {
  #boxes = new Map();

  /** `changed` is called when the filter changes. */
  constructor(changed) {
    byId("filters").addEventListener("input", changed);
    byId("filters").addEventListener("submit", (submitted) => submitted.preventDefault());
  }

  /** Adds a checkbox for a new type. */
  offer(type) {
    if (this.#boxes.has(type)) return;
    const box = element("input", { type: "checkbox", value: type });
    this.#boxes.set(type, box);
    byId("types").append(element("label", {}, box, type));
  }

  /** Without a checked type, all types match. */
  matches({ type, subject = "" }) {
    const checked = [...this.#boxes.values()].filter((box) => box.checked);
    const matchesType = checked.length === 0 || this.#boxes.get(type)?.checked;
    return Boolean(matchesType) && matchesSubject(subject, byId("subject-filter").value.trim());
  }
}

/** A text that ends with `*` is a prefix. Any other text may be anywhere in the subject. */
function matchesSubject(subject, text) {
  return text.endsWith("*") ? subject.startsWith(text.slice(0, -1)) : subject.includes(text);
}
