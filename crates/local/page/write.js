/** The form that writes a change, as an application would. */

import { byId, element } from "./element.js";
import { span } from "./lateness.js";

/** Longer than anything takes on this machine. */
const PATIENCE = 5_000;
const SILENCE =
  "Written, and no event came: the item may be as it was, no rule may want it, it may be rejected, or it is about a subject that is not listened to.";

const WORDS = { PutItem: "Put item", DeleteItem: "Delete item" };
const PARTS = { PutItem: "Item", DeleteItem: "Key" };

export class Write {
  #dynamodb;
  /** Their names, by table. */
  #pipes;
  #operation = "PutItem";
  /** A write whose event has not come. */
  #open;

  constructor(dynamodb, pipes) {
    this.#dynamodb = dynamodb;
    const examples = pipes.flatMap((pipe) => distinct(pipe.examples).map((example) => ({ ...example, table: pipe.table })));
    this.#pipes = new Map(pipes.map(({ table, name }) => [table, name]));
    byId("table").append(...pipes.map(({ table }) => element("option", {}, table)));
    byId("example").append(...pipes.map((pipe) => group(pipe.table, examples)));
    byId("example").addEventListener("change", () => this.#fill(examples[byId("example").value]));
    byId("write").querySelector("form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#write();
    });
    if (examples.length > 0) this.#fill(examples[0]);
  }

  /** The first event of the table's pipe after the write is most likely its own. */
  heard({ source }) {
    if (source !== this.#open?.source) return;
    tell(`Its event was here ${span(performance.now() - this.#open.began, 2)} after the write was sent.`);
    this.#close();
  }

  #fill({ operation, table, item }) {
    this.#operation = operation;
    byId("table").value = table;
    byId("item").value = lines(item);
    byId("put").textContent = WORDS[operation];
    byId("item-label").textContent = `${PARTS[operation]}, in DynamoDB's JSON`;
    tell("");
  }

  async #write() {
    const item = read(byId("item").value);
    if (item === undefined) return;
    const table = byId("table").value;
    this.#close();
    this.#open = { source: `tablecast/${this.#pipes.get(table)}`, began: performance.now(), timer: setTimeout(() => this.#silence(), PATIENCE) };
    tell("Writing");
    try {
      await this.#dynamodb.call(this.#operation, { TableName: table, [PARTS[this.#operation]]: item });
      if (this.#open) tell("Written. Waiting for its event");
    } catch (error) {
      this.#close();
      tell(error.message, true);
    }
  }

  #silence() {
    this.#close();
    tell(SILENCE);
  }

  #close() {
    clearTimeout(this.#open?.timer);
    this.#open = undefined;
  }
}

/** Of the records that show the same, the first. */
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

/** An attribute a line: short enough to be seen whole. */
function lines(item) {
  const attributes = Object.entries(item).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${attributes.join(",\n")}\n}`;
}

function read(text) {
  try {
    const item = JSON.parse(text);
    byId("item").removeAttribute("aria-invalid");
    return item;
  } catch (error) {
    byId("item").setAttribute("aria-invalid", "true");
    byId("item").focus();
    tell(`This is no JSON: ${error.message}`, true);
  }
}

function tell(text, isBad = false) {
  byId("written").textContent = text;
  byId("written").className = isBad ? "bad" : "quiet";
}
