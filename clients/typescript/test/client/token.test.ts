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
  const warn = context.mock.method(console, "warn", () => {});
  const client = createClient({ url: "ws://x", WebSocket, token: () => tokens.shift(), pingEvery: 1e9 });
  for (const left of [4, 3, 2, 1, 0]) {
    await clocks.settle();
    assert.equal(tokens.length, left);
    await clocks.pass(left === 4 ? 43_000 : 10_000);
  }
  assert.deepEqual(sent.map(({ action, token }) => [action, token]), [["refresh", "new"]]);
  assert.equal(warn.mock.callCount(), 3);
  client.close();
});

test("the console shows why a client has no token to refresh with", async (context) => {
  const clocks = new FakeClocks(context);
  clocks.moveWall(1_700_000_000_000);
  const WebSocket = fakeWebSocket((message) => (message.action === "ping" ? pong(message.id) : undefined));
  const first = `.${btoa(JSON.stringify({ exp: 1_700_000_050 })).replaceAll("=", "")}.`;
  const tokens = [() => first, () => Promise.reject(new Error("login expired")), () => ""];
  const warn = context.mock.method(console, "warn", () => {});
  const client = createClient({ url: "ws://x", WebSocket, token: () => tokens.shift()!(), pingEvery: 1e9 });
  client.on("state", () => {});
  await clocks.settle();
  await clocks.pass(43_000);
  await clocks.pass(10_000);
  assert.deepEqual(warn.mock.calls.map(({ arguments: [text] }) => text), [
    "tablecast: no new token, and the client tries again: login expired",
    "tablecast: no new token, and the client tries again: the option token returned no token",
  ]);
  client.close();
});

test("an empty token is a reason", async (context) => {
  const clocks = new FakeClocks(context);
  const client = createClient({ url: "ws://x", WebSocket: fakeWebSocket(() => {}), token: () => "" });
  client.on("state", () => {});
  await clocks.settle();
  assert.equal(client.reason, "cannot connect: the option token returned an empty token");
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
  assert.match(client.reason, /the option token returned a character that no JWT has/);
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
