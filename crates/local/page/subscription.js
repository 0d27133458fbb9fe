/** The subscription of the page: its identity, its claims and its subject patterns. */

import { byId, element } from "./element.js";

const REASONS = {
  "not-granted": "not granted to these claims",
  "too-many-subscriptions": "too many subscriptions for one connection",
};

export class Subscription {
  #pipes;
  #needsToken;
  #subscribe;
  /** The identity that the page suggested. */
  #suggested = "";

  /** `subscribe` is called with a function that resolves to a token and subjects. */
  constructor({ auth, identity, pipes }, subscribe) {
    this.#pipes = pipes;
    this.#subscribe = () => subscribe(() => this.#request());
    this.#needsToken = auth === "jwt";
    byId("identity").hidden = !this.#needsToken;
    // An empty field that is required and hidden would block the form.
    byId("user").required = this.#needsToken;
    byId("patterns").placeholder = this.#needsToken ? "all granted subjects" : "*";
    if (this.#needsToken) this.#suggestIdentity(identity);
    byId("subscription").querySelector("form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#subscribe();
    });
    this.#subscribe();
  }

  /** Subscribes again if the grants changed. Keeps an identity that the user has edited. */
  use({ identity, pipes }) {
    const before = grantsOf(this.#pipes);
    this.#pipes = pipes;
    if (this.#needsToken && this.#entered() === this.#suggested) this.#suggestIdentity(identity);
    if (this.#needsToken && grantsOf(pipes) !== before) this.#subscribe();
  }

  #entered() {
    return `${byId("user").value}\n${byId("claims").value}`;
  }

  /** Shows the result for each subject pattern. */
  show(subjects) {
    const granted = subjects.filter((one) => one.granted).length;
    byId("granted-count").textContent = granted === subjects.length ? granted : `${granted} of ${subjects.length}`;
    byId("subjects").replaceChildren(...subjects.map(result));
  }

  #suggestIdentity({ subject, claims }) {
    byId("user").value = subject;
    byId("claims").value = Object.entries(claims).map(([name, value]) => `${name}=${value}`).join("\n");
    this.#suggested = this.#entered();
  }

  async #request() {
    byId("subscription-message").textContent = "";
    const patterns = lines(byId("patterns").value);
    if (!this.#needsToken) return { subjects: patterns.length > 0 ? patterns : ["*"] };
    const { token, granted } = await this.#requestToken();
    if (!token) return { subjects: [] };
    this.#showGrants(granted);
    const subjects = patterns.length > 0 ? patterns : [...new Set(Object.values(granted).flat())];
    if (subjects.length === 0) showMessage("These claims grant nothing.");
    return { token, subjects };
  }

  async #requestToken() {
    const request = { subject: byId("user").value, claims: claims(byId("claims").value) };
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(request);
    const response = await fetch("/@issuer/token", { method: "POST", headers, body }).catch(() => {
      throw new Error("tablecast does not answer. Is it running?");
    });
    if (response.ok) return response.json();
    showMessage((await response.text()).trim() || "This server does not issue tokens. Reload the page.");
    return {};
  }

  #showGrants(granted) {
    const rows = this.#pipes.flatMap(({ name, grants }) => {
      const reason = grants.length > 0 ? "nothing to these claims" : "nothing, because it has no grant";
      const patterns = granted[name]?.join(", ") || reason;
      const title = grants.join("\n");
      return [element("dt", {}, `${name} grants`), element("dd", { class: "mono", title }, patterns)];
    });
    byId("grants").replaceChildren(...rows);
  }
}

const grantsOf = (pipes) => JSON.stringify(pipes.map(({ name, grants }) => [name, grants]));

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** `roles=a,b` is a list, as in `tablecast token --claim`. */
function claims(text) {
  const pairs = lines(text).map((line) => {
    const [, name, value] = /^([^=]+)=?(.*)$/.exec(line) ?? [, line, ""];
    return [name.trim(), value.includes(",") ? value.split(",") : value];
  });
  return Object.fromEntries(pairs);
}

function result({ subject, granted, reason }) {
  const name = element("code", {}, subject);
  if (granted) return element("li", {}, name, element("span", { class: "unseen" }, "granted"));
  return element("li", { class: "refused" }, name, element("span", { class: "bad" }, REASONS[reason] ?? reason));
}

function showMessage(text) {
  byId("subscription-message").textContent = text;
}
