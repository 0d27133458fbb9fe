import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../src/index.js";
import { pong } from "../server-events.js";
import { FakeClocks } from "./fake-page.js";
import { fakeWebSocket, type Sent } from "./fake-socket.js";

test("calls token every ten seconds until it returns a token to refresh with", async (context) => {
  const clocks = new FakeClocks(context);
  clocks.moveWall(1_700_000_000_000);
  const sent: Sent[] = [];
  const WebSocket = fakeWebSocket((message) => (message.action === "ping" ? pong(message.id) : void sent.push(message)));
  const first = `.${btoa(JSON.stringify({ exp: 1_700_000_050 })).replaceAll("=", "")}.`;
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

test("a token with a line end is a reason that does not contain the token", async (context) => {
  const clocks = new FakeClocks(context);
  const WebSocket = class {
    constructor(_url: string, protocols: string[]) {
      throw new Error(`The subprotocol '${protocols.at(-1)}' is invalid.`);
    }
  } as never;
  const client = createClient({ url: "ws://x", WebSocket, token: () => "secret\n" });
  client.on("state", () => {});
  await clocks.settle();
  assert.match(client.reason, /the option token returned a token with a space/);
  assert.doesNotMatch(client.reason, /secret/);
  client.close();
});

test("a token function that throws at once is the last reason", async (context) => {
  const clocks = new FakeClocks(context);
  const states: string[] = [];
  const token = () => {
    throw new Error("no login");
  };
  const client = createClient({ url: "ws://x", WebSocket: fakeWebSocket(() => {}), token });
  client.on("state", (state, reason) => states.push(`${state}: ${reason}`));
  await clocks.settle();
  assert.equal(states.at(-1), "waiting: cannot connect: no login");
  assert.equal(client.reason, "cannot connect: no login");
  client.close();
});
