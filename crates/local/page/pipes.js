/** The records that the filters dropped, and the problems of the pipe files. */

import { announce, byId, element } from "./element.js";

const POLL_INTERVAL = 2_000;

const NOTHING = byId("filtered-message").textContent;

export class Pipes {
  /** The ids of the shown records. */
  #shown = "";
  #edited;
  /** The number of the definitions that the page shows. */
  #definitions;

  /** `edited` is called when other definitions are in use. */
  constructor(edited) {
    this.#edited = edited;
    this.#poll();
  }

  async #poll() {
    if (!document.hidden) await this.#read().catch((error) => showMessage(error.message));
    setTimeout(() => this.#poll(), POLL_INTERVAL);
  }

  async #read() {
    const { pipes, problems, definitions, refused } = await (await fetch("/page/pipes.json")).json();
    showProblems(problems, refused);
    if (this.#definitions !== undefined && this.#definitions !== definitions) await this.#edited();
    this.#definitions = definitions;
    const count = pipes.reduce((sum, pipe) => sum + pipe.filtered, 0);
    byId("filtered-count").textContent = count;
    const records = pipes.flatMap((pipe) => pipe.lastFiltered.map((record) => ({ ...record, pipe: pipe.name })));
    this.#show(records.toSorted((one, other) => other.at - one.at));
    showMessage(count > records.length ? `The last ${records.length} of ${count}.` : count > 0 ? "" : NOTHING);
  }

  /** Draws only changes, so that a selection of text survives. */
  #show(records) {
    const ids = records.map((record) => record.eventId).join();
    if (ids !== this.#shown) byId("filterings").replaceChildren(...records.map(entry));
    this.#shown = ids;
  }
}

function showMessage(text) {
  byId("filtered-message").textContent = text;
  byId("filtered-message").hidden = text === "";
}

let shownProblems = "[]";

/** Draws only changes, so that a selection of text survives. */
function showProblems(problems, refused) {
  const text = JSON.stringify([problems, refused]);
  if (text === shownProblems) return;
  shownProblems = text;
  byId("problems").hidden = problems.length === 0;
  byId("problem-count").textContent = problems.length;
  byId("problem-list").replaceChildren(...problems.map(problemEntry));
  byId("refused").hidden = !refused;
  if (refused) announce("The last edit is not used, because it has problems.");
}

function problemEntry({ severity, text, remedy }) {
  return element(
    "li",
    { class: severity },
    element("span", { class: "reason" }, severity === "warning" ? `Warning: ${text}` : text),
    element("div", { class: "quiet" }, remedy),
  );
}

function entry({ pipe, operation, keys, at, mismatches }) {
  const time = new Date(at * 1000).toISOString().replace(".000", "");
  return element(
    "li",
    {},
    ...mismatches.flatMap(({ path, reason }) => [
      element("span", { class: "path mono" }, path),
      element("div", { class: "reason" }, reason),
    ]),
    element("div", { class: "quiet" }, `${pipe} · ${operation} · ${time}`),
    element("code", { class: "quiet" }, JSON.stringify(keys)),
  );
}
