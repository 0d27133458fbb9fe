import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

test("a signal closes its subscription, and no other", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const controller = new AbortController();
    const [orders, others] = [client.subscribe(ORDERS, { signal: controller.signal }), client.subscribe(ORDERS)];
    await Promise.all([orders.ready, others.ready]);
    const reading = read(orders, 1);
    controller.abort();
    server.write("orders/1");
    assert.deepEqual(await reading, []);
    assert.deepEqual(await read(others, 1), ["e-1"]);
  });
});

test("an aborted signal opens no subscription", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS, { signal: AbortSignal.abort() });
    await assert.rejects(orders.ready, /closed the subscription/);
    assert.deepEqual(await read(orders, 1), []);
    await client.subscribe("users/1").ready;
    server.write("orders/1");
    assert.equal(server.sent, 0);
  });
});

test("a closed subscription no longer listens to its signal", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const { signal } = new AbortController();
    const orders = client.subscribe(ORDERS, { signal });
    assert.equal(getEventListeners(signal, "abort").length, 1);
    orders.close();
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});
