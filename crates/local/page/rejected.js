/** The rejected records. No message announces them, so the page polls the table. */

import { announce, byId, element } from "./element.js";

const POLL_INTERVAL = 2_000;
const MAX_SHOWN = 50;

const NOTHING = byId("rejected-message").textContent;

/** Reads all attributes but the record itself. */
const READ = {
  ProjectionExpression: "pk, sk, #path, reason, #at",
  ExpressionAttributeNames: { "#path": "path", "#at": "at" },
};

export class Rejected {
  #dynamodb;
  #table;
  /** The last number of records. */
  #count;
  /** The ids of the shown records. */
  #shown = "";

  constructor(dynamodb, table) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#poll();
  }

  async #poll() {
    if (!document.hidden) await this.#read().catch((error) => this.#showMessage(error.message));
    setTimeout(() => this.#poll(), POLL_INTERVAL);
  }

  /** Reads one page of a scan, 1 MB. A large record has several items, `<event id>#0001` and so on. The first represents it. */
  async #read() {
    const { Items, LastEvaluatedKey } = await this.#dynamodb.call("Scan", { TableName: this.#table, ...READ });
    const records = Items.filter((item) => !/#(?!0001$)\d+$/.test(item.sk.S));
    const newest = records.toSorted((one, other) => other.at.N - one.at.N);
    const count = `${newest.length}${LastEvaluatedKey ? "+" : ""}`;
    byId("rejected-count").textContent = count;
    byId("rejected-count").classList.toggle("alarm", newest.length > 0);
    this.#show(newest.slice(0, MAX_SHOWN));
    if (this.#count !== undefined && newest.length > this.#count) announce(`A record was rejected: ${newest[0].reason.S}`);
    this.#count = newest.length;
    if (LastEvaluatedKey) this.#showMessage(`${MAX_SHOWN} records. The table has more than this page reads.`);
    else this.#showMessage(newest.length > MAX_SHOWN ? `The newest ${MAX_SHOWN} of ${count}.` : "");
  }

  /** Draws only changes, so that a selection of text survives. */
  #show(items) {
    const ids = items.map((item) => item.sk.S).join();
    if (ids !== this.#shown) byId("rejections").replaceChildren(...items.map(entry));
    this.#shown = ids;
  }

  #showMessage(text) {
    byId("rejected-message").textContent = text || NOTHING;
    byId("rejected-message").hidden = text === "" && this.#count > 0;
  }
}

function entry({ pk, sk, path, reason, at }) {
  const time = new Date(at.N * 1000).toISOString().replace(".000", "");
  return element(
    "li",
    {},
    element("span", { class: "path mono" }, path.S),
    element("span", { class: "reason" }, reason.S),
    element("div", { class: "quiet" }, `${pk.S} · ${time}`),
    element("code", { class: "quiet" }, sk.S),
  );
}
