/** Puts the parts of the page together. */

import { Connection } from "./connection.js";
import { DynamoDb } from "./dynamodb.js";
import { announce, byId, element } from "./element.js";
import { Events } from "./events.js";
import { Listening } from "./listening.js";
import { Rejected } from "./rejected.js";
import { Write } from "./write.js";

const NOTICES = 5;

/** Below it the panels would hide the events. */
const NARROW = matchMedia("(max-width: 60rem)");

/** Of the states: attempts to connect again are not told again. */
let told;

const machine = await (await fetch("/page/machine.json")).json();
const dynamodb = new DynamoDb(machine.dynamodb, machine.region);
const examples = machine.pipes.flatMap((pipe) => pipe.examples);
const events = new Events([...new Set(examples.flatMap((example) => example.emits))]);
const write = new Write(dynamodb, machine.pipes);

const connection = new Connection({
  state,
  notice,
  subscribed: (subjects) => listening.show(subjects),
  event: (event, text, replayed) => {
    events.add(event, text, replayed);
    write.heard(event);
  },
});
const listening = new Listening(machine, (ask) => connection.listen(ask));
new Rejected(dynamodb, machine.rejected);
for (const panel of document.querySelectorAll(".side > details")) panel.open = !NARROW.matches;

function state(name, text) {
  if (name !== "wait" && name !== told) announce(text);
  if (name !== "wait") told = name;
  byId("state").dataset.state = name;
  byId("state").textContent = text;
}

function notice(text) {
  byId("notices").prepend(element("li", {}, text));
  while (byId("notices").children.length > NOTICES) byId("notices").lastChild.remove();
  announce(text);
}
