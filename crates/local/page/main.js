/** Connects the parts of the page. */

import { Connection } from "./connection.js";
import { DynamoDb } from "./dynamodb.js";
import { announce, byId, element } from "./element.js";
import { Events } from "./events.js";
import { Pipes } from "./pipes.js";
import { Rejected } from "./rejected.js";
import { Subscription } from "./subscription.js";
import { Write } from "./write.js";

const MAX_NOTICES = 5;

/** On a narrow screen, open panels would hide the events. */
const NARROW = matchMedia("(max-width: 60rem)");

/** The last announced state. Repeated attempts to connect are not announced. */
let announced;

const machine = await (await fetch("/page/machine.json")).json();
const dynamodb = new DynamoDb(machine.dynamodb, machine.region);
const examples = machine.pipes.flatMap((pipe) => pipe.examples);
const events = new Events([...new Set(examples.flatMap((example) => example.emits))]);
const write = new Write(dynamodb, machine.pipes);

const connection = new Connection({
  state,
  notice,
  subscribed: (subjects) => subscription.show(subjects),
  event: (event, text, replayed) => {
    events.add(event, text, replayed);
    write.received(event);
  },
});
const subscription = new Subscription(machine, (getRequest) => connection.subscribe(getRequest));
new Rejected(dynamodb, machine.rejected);
new Pipes();
for (const panel of document.querySelectorAll(".side > details")) panel.open = !NARROW.matches;

function state(name, text) {
  if (name !== "wait" && name !== announced) announce(text);
  if (name !== "wait") announced = name;
  byId("state").dataset.state = name;
  byId("state").textContent = text;
}

function notice(text) {
  byId("notices").prepend(element("li", {}, text));
  while (byId("notices").children.length > MAX_NOTICES) byId("notices").lastChild.remove();
  announce(text);
}
