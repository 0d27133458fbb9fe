/** The state of the subscribed subjects, which changes while one looks. */

import { byId, element } from "./element.js";
import { collection } from "./tablecast-client.js";

const MAX_SHOWN = 100;

/** Another pipe can have the state of the subjects. */
const NOT_OF_THIS_PIPE = "no-state";

const REASONS = {
  "needs-scan": "the pattern does not name the table's partition key",
  "too-much": "too many other items are in between",
  "not-granted": "not granted",
};

export class Items {
  /** The types of state, one for each pipe that has one. */
  #types = [];
  #client;
  #subjects = [];
  /** By type. */
  #collections = new Map();
  /** Why there is no state, by subject. */
  #refused = new Map();

  /** Uses the states of these pipes. */
  use(pipes) {
    const types = pipes.flatMap(({ state }) => state ?? []);
    byId("state-items").hidden = types.length === 0;
    if (types.join() === this.#types.join()) return;
    this.#types = types;
    if (this.#client) this.follow(this.#client, this.#subjects);
  }

  /** Loads the state of these subjects with a client, and follows its changes. */
  follow(client, subjects) {
    for (const followed of this.#collections.values()) followed.close();
    this.#client = client;
    this.#subjects = subjects;
    this.#refused.clear();
    this.#collections = new Map(this.#types.map((type) => [type, this.#follow(client, subjects, type)]));
    this.#show();
  }

  #follow(client, subjects, type) {
    const onError = ({ subject, reason }) => {
      if (reason && reason !== NOT_OF_THIS_PIPE) this.#refused.set(subject, reason);
      this.#show();
    };
    const followed = collection(client, subjects, { type, onError });
    followed.on("change", () => this.#show());
    return followed;
  }

  #show() {
    const collections = [...this.#collections.values()];
    const entries = collections.flatMap(({ items, missing }) => [...[...items].map(itemEntry), ...[...missing].map(missingEntry)]);
    const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1));
    byId("item-count").textContent = sorted.length;
    byId("items").replaceChildren(...sorted.slice(0, MAX_SHOWN).map(([, entry]) => entry));
    byId("item-message").textContent = this.#message(collections, sorted.length);
  }

  #message(collections, count) {
    const refused = [...this.#refused].map(([subject, reason]) => `${subject}: ${REASONS[reason] ?? reason}.`);
    const loading = collections.some(({ status }) => status === "loading" || status === "stale") ? ["Loading."] : [];
    const shown = count > MAX_SHOWN ? [`The first ${MAX_SHOWN} of ${count}.`] : [];
    return [...refused, ...loading, ...shown].join(" ") || (count === 0 ? "No item of these subjects has a state." : "");
  }
}

function itemEntry([subject, data]) {
  const text = element("code", {}, JSON.stringify(data));
  return [subject, element("li", {}, element("span", { class: "path mono" }, subject), text)];
}

function missingEntry([subject, reason]) {
  const text = element("span", { class: "bad" }, `no state: ${reason}`);
  return [subject, element("li", {}, element("span", { class: "path mono" }, subject), text)];
}
