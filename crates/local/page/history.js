/** The newest events of the bus, for subscriptions that are wider than a channel: these cannot resume. */

import { members } from "./json.js";

const COUNT = 500;

/** Returns `{ event, text }`, oldest first, of the events that a pattern contains. */
export async function busEvents(patterns) {
  const response = await fetch(`/bus?limit=${COUNT}`);
  const lines = (await response.text()).split("\n").filter((line) => line.length > 2);
  const texts = lines.map((line) => members(line.replace(/^\[/, "")).get("detail"));
  const events = texts.map((text) => ({ event: JSON.parse(text), text }));
  return events.filter(({ event }) => patterns.some((pattern) => contains(pattern, event.subject ?? "")));
}

function contains(pattern, subject) {
  return pattern.endsWith("*") ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}
