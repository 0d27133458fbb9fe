/** As whom the page listens, and to what. */

import { byId, element } from "./element.js";

const REASONS = {
  "not-granted": "not granted to these claims",
  "too-many-subscriptions": "more than a connection may have",
};

export class Listening {
  #pipes;
  #needsToken;

  /** `listen` is called with a function that gets a token and subjects. */
  constructor({ auth, pipes }, listen) {
    this.#pipes = pipes;
    this.#needsToken = auth === "jwt";
    byId("identity").hidden = !this.#needsToken;
    byId("wanted").placeholder = this.#needsToken ? "all that the claims grant" : "*";
    if (this.#needsToken) this.#suggest();
    byId("listening").querySelector("form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      listen(() => this.#ask());
    });
    listen(() => this.#ask());
  }

  /** What became of each subject. */
  show(subjects) {
    const granted = subjects.filter((one) => one.granted).length;
    byId("granted-count").textContent = granted === subjects.length ? granted : `${granted} of ${subjects.length}`;
    byId("subjects").replaceChildren(...subjects.map(verdict));
  }

  /** Whom the examples are about: a claim has the value of the item's attribute of that name, `sub` that of its key. */
  #suggest() {
    const suggested = new Map();
    for (const { grants, examples, partition } of this.#pipes) {
      const item = examples[0]?.item ?? {};
      for (const [, name] of grants.join(" ").matchAll(/\bclaims\.\??(\w+)/g)) {
        const value = item[name === "sub" ? partition : name]?.S;
        if (!suggested.has(name)) suggested.set(name, value ?? "");
      }
    }
    byId("subject").value = suggested.get("sub") || "developer";
    suggested.delete("sub");
    byId("claims").value = [...suggested].map(([name, value]) => `${name}=${value}`).join("\n");
  }

  async #ask() {
    byId("listening-told").textContent = "";
    const wanted = lines(byId("wanted").value);
    if (!this.#needsToken) return { subjects: wanted.length > 0 ? wanted : ["*"] };
    const { token, granted } = await this.#token();
    if (!token) return { subjects: [] };
    this.#showGrants(granted);
    const subjects = wanted.length > 0 ? wanted : [...new Set(Object.values(granted).flat())];
    if (subjects.length === 0) tell("These claims grant nothing.");
    return { token, subjects };
  }

  async #token() {
    const wish = { subject: byId("subject").value, claims: claims(byId("claims").value) };
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/@issuer/token", { method: "POST", headers, body: JSON.stringify(wish) }).catch(() => {
      throw new Error("tablecast does not answer: is it running?");
    });
    if (answer.ok) return answer.json();
    tell((await answer.text()).trim() || "No token is to be had here: load the page again.");
    return {};
  }

  #showGrants(granted) {
    const rows = this.#pipes.flatMap(({ name, grants }) => {
      const what = granted[name]?.join(", ") || (grants.length > 0 ? "nothing to these claims" : "nothing: it has no grant");
      const title = grants.join("\n");
      return [element("dt", {}, `${name} grants`), element("dd", { class: "mono", title }, what)];
    });
    byId("grants").replaceChildren(...rows);
  }
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** `roles=a,b` is a list, as for `tablecast token --claim`. */
function claims(text) {
  const pairs = lines(text).map((line) => {
    const [, name, value] = /^([^=]+)=?(.*)$/.exec(line) ?? [, line, ""];
    return [name.trim(), value.includes(",") ? value.split(",") : value];
  });
  return Object.fromEntries(pairs);
}

function verdict({ subject, granted, reason }) {
  const name = element("code", {}, subject);
  if (granted) return element("li", {}, name, element("span", { class: "unseen" }, "granted"));
  return element("li", { class: "refused" }, name, element("span", { class: "bad" }, REASONS[reason] ?? reason));
}

function tell(text) {
  byId("listening-told").textContent = text;
}
