// The client between the machine and its environment: tokens, sockets and timers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createStore } from "../../src/index.js";
import type { WebSocketLike } from "../../src/socket.js";
import { pong } from "../server-events.js";
import { FakeClocks } from "./fake-page.js";
import { fakeWebSocket } from "./fake-socket.js";

const DAY = 24 * 3_600_000;

test("opens no socket if it is closed while token is awaited", async (context) => {
  const clocks = new FakeClocks(context);
  let sockets = 0;
  class Counted extends fakeWebSocket(() => undefined) {
    constructor() {
      super("", []);
      sockets++;
    }
  }
  let resolve = (_token: string) => {};
  const token = () => new Promise<string>((resolved) => (resolve = resolved));
  const client = createClient({ url: "ws://x", WebSocket: Counted, token });
  await clocks.settle();
  client.close();
  resolve("a.b.c");
  await clocks.settle();
  assert.deepEqual([sockets, client.state], [0, "closed"]);
});

test("subscribes to nothing if a subscription closes while the store loads", async (context) => {
  const clocks = new FakeClocks(context);
  const sent: string[] = [];
  const WebSocket = fakeWebSocket(({ action, id }) => {
    sent.push(action);
    return pong(id);
  });
  let resolve = (_progress: string) => {};
  const store = createStore({ load: () => new Promise<string>((loaded) => (resolve = loaded)), save: () => {} });
  const client = createClient({ url: "ws://x", WebSocket, store });
  context.after(() => client.close());
  const orders = client.subscribe("orders/*");
  await clocks.settle();
  orders.close();
  resolve("{}");
  await clocks.settle();
  assert.deepEqual([sent, client.open.size], [["ping"], 0]);
});

test("a closed client closes its socket, and receives nothing from it", async (context) => {
  const clocks = new FakeClocks(context);
  const codes: unknown[] = [];
  const sockets: WebSocketLike[] = [];
  class Recorded extends fakeWebSocket(({ id }) => pong(id)) {
    constructor() {
      super("", []);
      sockets.push(this);
    }

    override close(code?: number): void {
      codes.push(code);
    }
  }
  const client = createClient({ url: "ws://x", WebSocket: Recorded });
  await clocks.settle();
  assert.equal(client.state, "live");
  client.close();
  assert.deepEqual([codes, sockets.map(({ onopen, onmessage, onclose }) => [onopen, onmessage, onclose])], [[1000], [[null, null, null]]]);
});

test("a server that does not reply to the end of a connection keeps it for 2 s at most", async (context) => {
  const clocks = new FakeClocks(context);
  let ended = 0;
  class Terminated extends fakeWebSocket(({ id }) => pong(id)) {
    terminate(): void {
      ended++;
    }
  }
  const client = createClient({ url: "ws://x", WebSocket: Terminated });
  await clocks.settle();
  client.close();
  await clocks.pass(1_000);
  assert.equal(ended, 0);
  await clocks.pass(1_000);
  assert.equal(ended, 1);
});

test("no timer is longer than the longest that JavaScript has, about 24.8 days", async (context) => {
  const clocks = new FakeClocks(context);
  const { setTimeout } = globalThis;
  const delays: number[] = [];
  const pings: number[] = [];
  context.mock.method(globalThis, "setTimeout", (run: () => void, delay: number) => {
    delays.push(delay);
    return setTimeout(run, delay);
  });
  const WebSocket = fakeWebSocket(({ id }) => {
    pings.push(clocks.monotonic);
    return pong(id);
  });
  const times = { pingEvery: 40 * DAY, leaveAfter: [50 * DAY, 50 * DAY] as [number, number] };
  const client = createClient({ url: "ws://x", WebSocket, ...times });
  context.after(() => client.close());
  await clocks.pass(2_000);
  assert.deepEqual([client.state, pings.length], ["live", 1]);
  assert.equal(Math.max(...delays), 2 ** 31 - 1);
});
