import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createStore } from "../../src/index.js";
import { pong, subscribed } from "../server-events.js";
import { FakeClocks } from "./fake-page.js";
import { fakeWebSocket, type Sent } from "./fake-socket.js";
import { read } from "./use-client.js";

const ORDERS = "orders/*";

test("the stored progress of an idle subscription advances with the log", async (context) => {
  const clocks = new FakeClocks(context);
  let logEnd = 10;
  const sent: Sent[] = [];
  const WebSocket = fakeWebSocket((message) => {
    sent.push(message);
    return message.action === "ping" ? pong(message.id, (logEnd += 100_000)) : subscribed(message.id, [ORDERS], logEnd);
  });
  let saved = "";
  const store = createStore({ load: () => null, save: (_, text) => void (saved = text) });
  const client = createClient({ url: "ws://x", WebSocket, store });
  const reading = read(client.subscribe(ORDERS), 1);
  await clocks.settle();
  await clocks.pass(60 * 60_000 + 1_000);
  assert.deepEqual(sent.map(({ action }) => action), ["subscribe", ...Array.from({ length: 15 }, () => "ping")]);
  client.close();
  await reading;
  assert.deepEqual(JSON.parse(saved), { "tablecast/orders": { epoch: "e", floor: 1_400_010, seen: "" } });
});
