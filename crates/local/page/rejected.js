/** The records that could not become events. Nobody tells of them: the table is looked at again and again. */

import { announce, byId, element } from "./element.js";

const PAUSE = 2_000;
const SHOWN = 50;

const NOTHING = byId("rejected-told").textContent;

/** What operators want to know first; the record itself stays where it is. */
const READ = {
  ProjectionExpression: "pk, sk, #path, reason, #at",
  ExpressionAttributeNames: { "#path": "path", "#at": "at" },
};

export class Rejected {
  #dynamodb;
  #table;
  /** How many there are, and which are shown. */
  #known;
  #shown = "";

  constructor(dynamodb, table) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#follow();
  }

  async #follow() {
    if (!document.hidden) await this.#look().catch((error) => this.#tell(error.message));
    setTimeout(() => this.#follow(), PAUSE);
  }

  /** One page of a scan, 1 MB. Large records lie there in parts, `<event id>#0001` and on: the first stands for all. */
  async #look() {
    const { Items, LastEvaluatedKey } = await this.#dynamodb.call("Scan", { TableName: this.#table, ...READ });
    const records = Items.filter((item) => !/#(?!0001$)\d+$/.test(item.sk.S));
    const newest = records.toSorted((one, other) => other.at.N - one.at.N);
    const count = `${newest.length}${LastEvaluatedKey ? "+" : ""}`;
    byId("rejected-count").textContent = count;
    byId("rejected-count").classList.toggle("alarm", newest.length > 0);
    this.#show(newest.slice(0, SHOWN));
    if (this.#known !== undefined && newest.length > this.#known) announce(`A record was rejected: ${newest[0].reason.S}`);
    this.#known = newest.length;
    if (LastEvaluatedKey) this.#tell(`There are more than are read here: ${SHOWN} of them.`);
    else this.#tell(newest.length > SHOWN ? `The newest ${SHOWN} of ${count}.` : "");
  }

  /** Anew only if there are others: somebody may be copying one of them. */
  #show(items) {
    const ids = items.map((item) => item.sk.S).join();
    if (ids !== this.#shown) byId("rejections").replaceChildren(...items.map(entry));
    this.#shown = ids;
  }

  #tell(text) {
    byId("rejected-told").textContent = text || NOTHING;
    byId("rejected-told").hidden = text === "" && this.#known > 0;
  }
}

function entry({ pk, sk, path, reason, at }) {
  const when = new Date(at.N * 1000).toISOString().replace(".000", "");
  return element(
    "li",
    {},
    element("span", { class: "path mono" }, path.S),
    element("span", { class: "reason" }, reason.S),
    element("div", { class: "quiet" }, `${pk.S} · ${when}`),
    element("code", { class: "quiet" }, sk.S),
  );
}
