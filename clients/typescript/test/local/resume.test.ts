// The client against the local mode: restarts, bookmarks and gaps.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { useClient } from "../client/use-client.js";
import { pause } from "../wait.js";
import { LocalMode, skip } from "./local-mode.js";
import { next, put, validate } from "./use-local.js";

const SOURCE = "tablecast/orders/acme";

let local: LocalMode;
const options = { timeout: 60_000, skip };

if (!skip) {
  before(async () => {
    local = await LocalMode.start();
  });
  after(() => local.end());
}

const connection = () => ({ url: local.url, validate, token: () => local.token() });

test("receives the missed events after the server was killed", options, async () => {
  let reconnect = () => {};
  const states: string[] = [];
  let mayReconnect = Promise.resolve();
  const token = () => mayReconnect.then(() => local.token());
  await useClient({ ...connection(), token, onState: (state) => states.push(state) }, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    await put(local, "6");
    assert.equal(await next(orders), "orders/acme/6");
    mayReconnect = new Promise((resolve) => (reconnect = resolve));
    await local.kill();
    await local.run();
    for (const id of ["7", "8"]) await put(local, id);
    assert.ok(!states.slice(3).includes("subscribing"), "the client must be disconnected");
    reconnect();
    for (const id of ["7", "8"]) assert.equal(await next(orders), `orders/acme/${id}`);
  });
});

/** Returns a bookmark after the first of three orders. */
async function bookmarkBeforeTwoOrders(): Promise<string> {
  let bookmark: string | undefined;
  await useClient(connection(), async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    for (const id of ["first", "second", "third"]) {
      await put(local, `${id}-${Date.now()}`);
      assert.match((await next(orders)) ?? "", new RegExp(id));
      // The second order is handled when the test requests the third.
      if (id === "second") bookmark = orders.bookmark;
    }
  });
  assert.ok(bookmark);
  return bookmark;
}

test("another client with another token continues from a bookmark", options, async () => {
  const bookmark = await bookmarkBeforeTwoOrders();
  await useClient({ ...connection(), token: () => local.token("1h", "eve") }, async (client) => {
    const orders = client.subscribe("orders/acme/*", { bookmark });
    for (const id of [/second/, /third/]) assert.match((await next(orders)) ?? "", id);
    await put(local, "9");
    assert.equal(await next(orders), "orders/acme/9");
  });
});

/** Asserts that an iteration returns a gap first, and then new events. */
async function assertGap(bookmark: string, reason: string): Promise<void> {
  await useClient(connection(), async (client) => {
    const orders = client.subscribe("orders/acme/*", { bookmark });
    await orders.ready;
    const order = await put(local, `after-${reason}-${Date.now()}`);
    assert.equal(await next(orders), `gap: ${reason}`);
    assert.equal(await next(orders), order.subject);
  });
}

test("returns a gap for an invalid bookmark, and for a later position", options, async () => {
  await assertGap("no bookmark", "position-unknown");
  const ahead = (await bookmarkBeforeTwoOrders()).replace(/"floor":\d+/, '"floor":1000000');
  await assertGap(ahead, "position-unknown");
});

test("returns a gap when the log was trimmed", options, async () => {
  const bookmark = await bookmarkBeforeTwoOrders();
  const { [SOURCE]: progress } = JSON.parse(bookmark) as Record<string, { floor: number; seen: string }>;
  const last = Math.max(...[...`${progress!.floor},${progress!.seen}`.matchAll(/\d+/g)].map(Number));
  // dispatch records the end of the log while it sends the last event.
  await pause(500);
  for (let offset = 0; offset <= last + 1; offset++) {
    await local.dynamodb.delete("log", { pk: { S: SOURCE }, sk: { S: `${offset}`.padStart(20, "0") } });
  }
  await assertGap(bookmark, "trimmed");
});

test("returns a gap when the log has a new epoch", options, async () => {
  const bookmark = await bookmarkBeforeTwoOrders();
  await local.killAndDeleteData();
  await local.run();
  await assertGap(bookmark, "epoch-changed");
});

/** Loses every copy of the first placed order, until it has replaced the next pong by an `unavailable` error. */
function lossyWebSocket(lost: { frames: number }): typeof WebSocket {
  return class extends WebSocket {
    override emit(name: string, ...values: unknown[]): boolean {
      const text = name === "message" ? String(values[0]) : "";
      if (lost.frames < 2 && text.includes('"order.placed.v1"')) return (lost.frames = 1) > 0;
      if (lost.frames !== 1 || !text.includes("tablecast.pong.v1")) return super.emit(name, ...values);
      const [reply] = JSON.parse(text.replaceAll("tablecast.pong.v1", "tablecast.error.v1"));
      const { request } = reply.data;
      reply.data = { request, code: "unavailable", message: "try again", closing: false };
      return ++lost.frames > 0 && super.emit(name, JSON.stringify([reply]), false);
    }
  };
}

test("receives an event that was lost while pings were unavailable", options, async () => {
  const lost = { frames: 0 };
  const states: string[] = [];
  const onState = (state: string) => states.push(state);
  const more = { WebSocket: lossyWebSocket(lost), pingEvery: 50, checkEvery: 100, onState };
  await useClient({ ...connection(), ...more }, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    const order = await put(local, "10");
    assert.equal(await next(orders), order.subject);
    assert.equal(lost.frames, 2);
    assert.deepEqual(states, ["connecting", "subscribing", "live"]);
  });
});
