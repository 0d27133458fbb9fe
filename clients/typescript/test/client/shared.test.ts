// Several components of one page that subscribe to the same subject.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../../src/index.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

test("two subscriptions to one subject receive every event, also after one closes", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const [one, other] = [client.subscribe(ORDERS), client.subscribe([ORDERS, ORDERS])];
    await Promise.all([one.ready, other.ready]);
    server.write("orders/1");
    assert.deepEqual(await read(one, 1), ["e-1"]);
    assert.deepEqual(await read(other, 1), ["e-1"]);
    assert.equal(server.sent, 1);
    one.close();
    server.write("orders/2");
    assert.deepEqual(await read(other, 1), ["e-2"]);
    const late = client.subscribe(ORDERS);
    await late.ready;
    server.write("orders/3");
    assert.deepEqual(await read(late, 1), ["e-3"]);
    assert.deepEqual(await read(other, 1), ["e-3"]);
  });
});

test("the stored progress of one name is the least of its open subscriptions", async (context) => {
  const server = await FakeServer.start(context);
  const store = memoryStore();
  await useClient({ url: server.url, store }, async (client) => {
    const [fast, slow] = [client.subscribe(ORDERS), client.subscribe(ORDERS)];
    await Promise.all([fast.ready, slow.ready]);
    for (const id of [1, 2, 3]) server.write(`orders/${id}`);
    assert.deepEqual(await read(slow, 2), ["e-1", "e-2"]);
    assert.deepEqual(await read(fast, 3), ["e-1", "e-2", "e-3"]);
  });
  await useClient({ url: server.url, store }, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS), 2), ["e-2", "e-3"]);
  });
});

test("a close before the first event keeps the stored progress", async (context) => {
  const server = await FakeServer.start(context);
  const store = memoryStore();
  await useClient({ url: server.url, store }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    server.write("orders/2");
    assert.deepEqual(await read(orders, 2), ["e-1", "e-2"]);
    const other = client.subscribe(ORDERS);
    orders.close();
    other.close();
  });
  await useClient({ url: server.url, store }, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS), 1), ["e-2"]);
  });
});
