// Follows the tickets of a table while they change and connections are cut: follow.mjs <url> <token> <table>. Fails if the
// collection differs from the table in the end. Needs the tests of the TypeScript client (`npm run build:test`).
//
// CHANGES is the number of changes, 100 by default. During AWAY more changes, 0 by default, there is no network.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { collection, createClient } from "../../../clients/typescript/build/src/index.js";
import { Proxy } from "../../../clients/typescript/build/test/cuts/proxy.js";
import { DynamoDb } from "../../../clients/typescript/build/test/local/dynamodb.js";

const [url, token, table] = process.argv.slice(2);
const { CHANGES = 100, AWAY = 0, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = process.env;
const dynamodb = new DynamoDb(AWS_ENDPOINT_URL, { key, secret, region });

/** One event in each message, so that 1,000 missed events are too much for a resume. */
const refusal = { at: "connection", mode: "before", nth: 1, target: "this" };
let isDown = false;
const proxy = await Proxy.start(url, { draw: () => (isDown ? refusal : undefined), record: () => {} }, Math.random, true);
const client = createClient({ url: proxy.url, token: () => token });
const tickets = collection(client, "tickets/red/*", { type: "ticket.v1" });
const statuses = new Map();
tickets.on("change", () => statuses.set(tickets.status, (statuses.get(tickets.status) ?? 0) + 1));
await tickets.ready;
const first = tickets.size;

for (let count = 0; count < CHANGES; count++) {
  await change();
  if (Math.random() < 0.1) proxy.cutAll();
}
await equals();
isDown = AWAY > 0;
if (isDown) proxy.cutAll();
for (let count = 0; count < AWAY; count++) await change();
isDown = false;
await change();
await equals();
console.log(`${first} items, then ${tickets.size} after ${Number(CHANGES) + Number(AWAY) + 1} changes: equal.`, Object.fromEntries(statuses));
client.close();
proxy.end();

/** Writes, changes or removes a ticket. */
async function change() {
  const id = `${1000 + Math.floor(Math.random() * 600)}`;
  const item = { team: { S: "red" }, id: { S: id }, title: { S: "A lamp" }, status: { S: `S${Math.random()}` } };
  if (Math.random() < 0.2) await dynamodb.delete(table, { team: item.team, id: item.id });
  else await dynamodb.put(table, item);
}

/** Waits until the collection and the table are equal. */
async function equals() {
  const items = await dynamodb.scan(table);
  const wanted = Object.fromEntries(items.map(({ id, title, status }) => [`tickets/red/${id.S}`, { id: id.S, title: title.S, status: status.S }]));
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await pause(200)) {
    if (tickets.status === "live" && isEqual(wanted)) return;
  }
  assert.deepEqual(Object.fromEntries(tickets), wanted);
}

function isEqual(wanted) {
  const subjects = Object.keys(wanted);
  return subjects.length === tickets.size && subjects.every((subject) => JSON.stringify(tickets.get(subject)) === JSON.stringify(wanted[subject]));
}
