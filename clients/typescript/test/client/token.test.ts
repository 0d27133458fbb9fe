import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../src/index.js";
import { pong } from "../server-events.js";
import { FakeClocks } from "./fake-page.js";
import { fakeWebSocket, type Sent } from "./fake-socket.js";

test("calls token every ten seconds until it returns a token to refresh with", async (context) => {
  const clocks = new FakeClocks(context);
  const sent: Sent[] = [];
  const WebSocket = fakeWebSocket((message) => (message.action === "ping" ? pong(message.id) : void sent.push(message)));
  const first = `.${btoa(JSON.stringify({ exp: 50 }))}.`;
  const tokens = [first, undefined, undefined, Promise.resolve(undefined), "new"];
  const client = createClient({ url: "ws://x", WebSocket, token: () => tokens.shift(), pingEvery: 1e9 });
  for (const left of [4, 3, 2, 1, 0]) {
    await clocks.settle();
    assert.equal(tokens.length, left);
    await clocks.pass(left === 4 ? 43_000 : 10_000);
  }
  assert.deepEqual(sent.map(({ action, token }) => [action, token]), [["refresh", "new"]]);
  client.close();
});
