import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, InvalidEvent } from "../../src/index.js";
import { pong, subscribed } from "../server-events.js";
import { pause } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { fakeWebSocket } from "./fake-socket.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

/** Rejects events with `bad` in their data. */
const validate = ({ data }: { data: unknown }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined);

test("an iteration returns one event after the other", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url, token: () => "a.b.c" }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (const id of [1, 2, 3]) server.write(`orders/${id}`);
    assert.deepEqual(await read(orders, 3), ["e-1", "e-2", "e-3"]);
    assert.equal(client.state, "live");
    assert.deepEqual(server.offered, ["cloudevents-batch.json,cloudevents.json,tablecast.explain,bearer.a.b.c"]);
  });
});

test("an iteration throws InvalidEvent, and the next one continues", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url, validate }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1", { bad: true });
    server.write("orders/2");
    await assert.rejects(read(orders, 1), InvalidEvent);
    assert.deepEqual(await read(orders, 1), ["e-2"]);
  });
});

test("an iteration leaves late events out, counts them, and passes them to onLate in their place", async (context) => {
  const server = await FakeServer.start(context);
  const seen: string[] = [];
  await useClient({ url: server.url }, async (client) => {
    const plain = client.subscribe(ORDERS);
    const all = client.subscribe(ORDERS, { name: "all", onLate: async ({ id }) => { await pause(5); seen.push(`late ${id}`); } });
    await Promise.all([plain.ready, all.ready]);
    server.write("orders/1");
    server.write("orders/1", {}, { late: true });
    server.write("orders/1");
    server.write("orders/1", {}, { late: true });
    server.write("orders/1");
    assert.deepEqual(await read(plain, 3), ["e-1", "e-3", "e-5"]);
    for await (const item of all) if (seen.push(item.type === "gap" ? "gap" : item.id) === 5) break;
    assert.deepEqual(seen, ["e-1", "late e-2", "e-3", "late e-4", "e-5"]);
    assert.deepEqual([plain.late, all.late], [2, 2]);
  });
});

test("an iteration throws the error of onLate, and the next one continues", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const onLate = () => { throw new Error("the callback failed"); };
    const orders = client.subscribe(ORDERS, { onLate });
    await orders.ready;
    server.write("orders/1", {}, { late: true });
    server.write("orders/2");
    await assert.rejects(read(orders, 1), /the callback failed/);
    assert.deepEqual(await read(orders, 1), ["e-2"]);
  });
});

test("close ends every iteration", async (context) => {
  const server = await FakeServer.start(context);
  const client = createClient({ url: server.url });
  const orders = client.subscribe(ORDERS);
  client.close();
  for await (const _ of orders) assert.fail("an event after close");
  await assert.rejects(orders.ready, /closed/);
  assert.equal(client.state, "closed");
});

test("rejects a second reader", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    const reading = orders[Symbol.asyncIterator]().next();
    await assert.rejects(orders[Symbol.asyncIterator]().next(), /has a reader already/);
    orders.close();
    assert.deepEqual(await reading, { done: true, value: undefined });
  });
});

test("reports a failed token, and tries again", async (context) => {
  const server = await FakeServer.start(context);
  const reasons: string[] = [];
  let calls = 0;
  const token = () => {
    if (++calls === 1) throw new Error("the issuer is down");
    return "a.b.c";
  };
  const onState = (_: string, reason: string) => reasons.push(reason);
  await useClient({ url: server.url, token, onState }, (client) => client.subscribe(ORDERS).ready);
  assert.ok(reasons.includes("cannot connect: the issuer is down"), reasons.join());
});

test("a subscription of a closed client is closed", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    client.close();
    const orders = client.subscribe("orders/*");
    await assert.rejects(orders.ready, /closed the subscription/);
    assert.deepEqual(await read(orders, 1), []);
  });
});

test("a subscription without a subject or with no type is an error", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    for (const subjects of ["", []]) assert.throws(() => client.subscribe(subjects), /no subject/);
    assert.throws(() => client.subscribe("orders/*", { types: [] }), /no type/);
  });
});

test("close sends no unsubscribe for the subscriptions of the client", async () => {
  const sent: string[] = [];
  const WebSocket = fakeWebSocket(({ action, id }) => {
    sent.push(action);
    return action === "subscribe" ? subscribed(id, ["orders/1", "orders/2"], 0) : pong(id);
  });
  await useClient({ url: "ws://x", WebSocket }, async (client) => {
    await client.subscribe("orders/1").ready;
    await client.subscribe("orders/2").ready;
  });
  await pause(10);
  assert.deepEqual(sent.filter((action) => action !== "ping"), ["subscribe", "subscribe"]);
});
