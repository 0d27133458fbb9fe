/** The form that writes a change, like an application. */

import { byId, element } from "./element.js";
import { duration } from "./latency.js";

/** Longer than a change takes on this machine. */
const TIMEOUT = 5_000;
const NO_EVENT =
  "Written, but no event arrived. Possible reasons: the item did not change, the filter dropped it, no rule matches it, the record was rejected, or the page is not subscribed to its subject.";

const BUTTONS = { PutItem: "Put item", DeleteItem: "Delete item" };
const MEMBERS = { PutItem: "Item", DeleteItem: "Key" };

export class Write {
  #dynamodb;
  /** The example writes of all pipes. */
  #examples = [];
  /** The types of events by table. */
  #types = new Map();
  #operation = "PutItem";
  /** A write whose event has not arrived. */
  #pending;

  constructor(dynamodb) {
    this.#dynamodb = dynamodb;
    byId("example").addEventListener("change", () => this.#fill(this.#examples[byId("example").value]));
    byId("write").querySelector("form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#write();
    });
  }

  /** Offers the tables and examples of these pipes. Keeps an item that the user has edited. */
  use(pipes) {
    const [table, item, offered] = [byId("table").value, byId("item").value, format(this.#examples[byId("example").value]?.item ?? {})];
    this.#examples = pipes.flatMap((pipe) => distinct(pipe.examples).map((example) => ({ ...example, table: pipe.table })));
    this.#types = new Map(pipes.map(({ table, types }) => [table, types]));
    byId("table").replaceChildren(...pipes.map(({ table }) => element("option", {}, table)));
    byId("example").replaceChildren(...pipes.map((pipe) => group(pipe.table, this.#examples)));
    if (item !== "" && item !== offered) byId("table").value = table;
    else if (this.#examples.length > 0) this.#fill(this.#examples[0]);
  }

  /** The first event of the table's pipe after the write is probably its event. */
  received({ type }) {
    if (!this.#pending?.types.includes(type)) return;
    showMessage(`The event arrived ${duration(performance.now() - this.#pending.started, 2)} after the write.`);
    this.#endPending();
  }

  #fill({ operation, table, item }) {
    this.#operation = operation;
    byId("table").value = table;
    byId("item").value = format(item);
    byId("put").textContent = BUTTONS[operation];
    byId("item-label").textContent = `${MEMBERS[operation]} in DynamoDB JSON`;
    showMessage("");
  }

  async #write() {
    const item = parse(byId("item").value);
    if (item === undefined) return;
    const table = byId("table").value;
    this.#endPending();
    const types = this.#types.get(table);
    this.#pending = { types, started: performance.now(), timer: setTimeout(() => this.#timeOut(), TIMEOUT) };
    showMessage("Writing");
    try {
      await this.#dynamodb.call(this.#operation, { TableName: table, [MEMBERS[this.#operation]]: item });
      if (this.#pending) showMessage("Written. Waiting for the event");
    } catch (error) {
      this.#endPending();
      showMessage(error.message, true);
    }
  }

  #timeOut() {
    this.#endPending();
    showMessage(NO_EVENT);
  }

  #endPending() {
    clearTimeout(this.#pending?.timer);
    this.#pending = undefined;
  }
}

/** Keeps the first of the examples that emit the same events. */
function distinct(examples) {
  const named = examples.map((example) => [example.emits.join(", "), example]);
  return [...new Map(named.toReversed()).values()].toReversed();
}

function group(table, examples) {
  const options = [...examples.entries()].filter(([, example]) => example.table === table);
  return element(
    "optgroup",
    { label: table },
    ...options.map(([index, example]) => element("option", { value: index }, example.emits.join(", "))),
  );
}

/** Writes one attribute on each line, so that the whole item is visible. */
function format(item) {
  const attributes = Object.entries(item).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${attributes.join(",\n")}\n}`;
}

function parse(text) {
  try {
    const item = JSON.parse(text);
    byId("item").removeAttribute("aria-invalid");
    return item;
  } catch (error) {
    byId("item").setAttribute("aria-invalid", "true");
    byId("item").focus();
    showMessage(`This is not JSON: ${error.message}`, true);
  }
}

function showMessage(text, isError = false) {
  byId("write-message").textContent = text;
  byId("write-message").className = isError ? "bad" : "quiet";
}
