/** Connects the parts of the page. */

import { Connection } from "./connection.js";
import { DynamoDb } from "./dynamodb.js";
import { announce, byId, element } from "./element.js";
import { Events } from "./events.js";
import { busEvents } from "./history.js";
import { Items } from "./items.js";
import { Pipes } from "./pipes.js";
import { Rejected } from "./rejected.js";
import { Subscription } from "./subscription.js";
import { Write } from "./write.js";

const MAX_NOTICES = 5;

/** On a narrow screen, open panels would hide the events. */
const NARROW = matchMedia("(max-width: 60rem)");

/** The last announced state. Repeated attempts to connect are not announced. */
let announced;

/** The patterns whose earlier events are shown. */
let shownPatterns;

const machine = await description();
const dynamodb = new DynamoDb(machine.dynamodb, machine.region);
const events = new Events();
const items = new Items();
const write = new Write(dynamodb);
showOwnWords(machine);

const connection = new Connection({
  state,
  notice,
  subscribing: (client, subjects) => items.follow(client, subjects),
  subscribed: (subjects) => {
    subscription.show(subjects);
    showBusEvents(subjects);
  },
  late: (event, text) => events.add(event, text, true),
  event: (event, text, replayed) => {
    events.add(event, text, replayed);
    write.received(event);
  },
});
const subscription = new Subscription(machine, (getRequest) => connection.subscribe(getRequest));
new Rejected(dynamodb, machine.rejected);
new Pipes(() => description().then(useEdited));
for (const panel of document.querySelectorAll(".side > details")) panel.open = !NARROW.matches;

async function description() {
  return (await fetch("/page/machine.json")).json();
}

/** Shows the tables, examples and grants of edited definitions. */
function useEdited(edited) {
  showOwnWords(edited);
  subscription.use(edited);
}

function showOwnWords({ pipes, identity, pattern }) {
  events.offer(new Set(pipes.flatMap(({ types }) => types)));
  items.use(pipes);
  write.use(pipes);
  const [claim] = Object.entries(identity.claims);
  byId("claims").placeholder = claim ? claim.join("=") : "name=value";
  byId("subject-filter").placeholder = pattern ? `${pattern} or any part` : "any part of a subject";
}

/** Once for each subscription: later events arrive by themselves. */
async function showBusEvents(subjects) {
  const patterns = subjects.filter(({ granted }) => granted).map(({ subject }) => subject);
  if (patterns.join() === shownPatterns) return;
  shownPatterns = patterns.join();
  const earlier = await busEvents(patterns).catch((error) => notice(`Earlier events are not shown: ${error.message}`) ?? []);
  for (const { event, text } of earlier) events.add(event, text, true);
}

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
