// Sleep, clocks that jump, and the events of a page.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createClient } from "../../src/index.js";
import { pong } from "../server-events.js";
import { FakeClocks, fakePage } from "./fake-page.js";
import { fakeWebSocket } from "./fake-socket.js";

/** A client without subscriptions, whose server replies to pings while `replies`. */
async function openClient(context: TestContext) {
  const clocks = new FakeClocks(context);
  const server = { replies: true, pings: 0, states: [] as string[] };
  const WebSocket = fakeWebSocket(({ action, id }) => {
    if (action === "ping") server.pings++;
    return server.replies ? pong(id) : undefined;
  });
  const onState = (state: string) => server.states.push(state);
  const client = createClient({ url: "ws://x", WebSocket });
  client.on("state", onState);
  context.after(() => client.close());
  await clocks.pass(1_000);
  assert.equal(client.state, "live");
  server.pings = 0;
  return { clocks, server, client };
}

test("pings at once when a page is shown, resumed or online again", async (context) => {
  const { window, document } = fakePage(context);
  const { clocks, server, client } = await openClient(context);
  const events: [EventTarget, string][] = [
    [document, "visibilitychange"], [window, "pageshow"], [document, "resume"], [window, "online"],
  ];
  for (const [number, [target, name]] of events.entries()) {
    target.dispatchEvent(new Event(name));
    await clocks.pass(0);
    await clocks.pass(1_000);
    assert.equal(server.pings, number + 1, name);
  }
  document.visibilityState = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  await clocks.pass(1_000);
  assert.equal(server.pings, events.length);
  client.close();
  document.visibilityState = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(server.pings, events.length);
});

test("a client that lost its connection in its sleep reconnects within 15 s", async (context) => {
  const { clocks, server } = await openClient(context);
  server.replies = false;
  clocks.moveWall(3_600_000);
  await clocks.pass(16_000);
  assert.ok(server.states.includes("waiting"), server.states.join());
});

test("pings at once after a sleep in which the monotonic clock went on", async (context) => {
  const { clocks, server } = await openClient(context);
  clocks.moveMonotonic(60_000);
  await clocks.pass(6_000);
  assert.equal(server.pings, 1);
});

test("an idle connection that dies silently is noticed within 250 s", async (context) => {
  const { clocks, server, client } = await openClient(context);
  server.replies = false;
  await clocks.pass(248_000);
  assert.equal(client.state, "live");
  await clocks.pass(2_000);
  assert.ok(server.states.includes("waiting"), server.states.join());
});

test("a wall clock that steps back changes nothing", async (context) => {
  const { clocks, server, client } = await openClient(context);
  clocks.moveWall(-3_600_000);
  await clocks.pass(240_000);
  assert.deepEqual([server.pings, client.state], [1, "live"]);
  server.replies = false;
  await clocks.pass(251_000);
  assert.ok(server.states.includes("waiting"), server.states.join());
});

test("a client connects although the wall clock steps back", async (context) => {
  const clocks = new FakeClocks(context);
  let attempts = 0;
  const WebSocket = fakeWebSocket(({ id }) => pong(id));
  const token = () => {
    if (++attempts < 3) throw new Error("the issuer is down");
    return "a.b.c";
  };
  const client = createClient({ url: "ws://x", WebSocket, token });
  client.on("state", () => {});
  context.after(() => client.close());
  clocks.moveWall(-3_600_000);
  await clocks.pass(3_000);
  assert.equal(client.state, "live");
});
