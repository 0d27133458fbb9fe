// Iterations that end while they wait for the next event.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { memoryStore, type Subscription } from "../../src/index.js";
import { pause, until, within } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";
/** Rejects every event of the table. */
const validate = ({ type }: { type: string }) => (type.startsWith("tablecast.") ? undefined : "is bad");

const DONE = { done: true, value: undefined };

/** Runs the action with a subscription that is ready. */
async function useOrders(server: FakeServer, action: (orders: Subscription<{ id: string; type: string }>) => Promise<void>) {
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    await action(orders as never);
  });
}

test("return ends an iteration that waits, and the next one receives the event", async (context) => {
  const server = await FakeServer.start(context);
  await useOrders(server, async (orders) => {
    const iterator = orders[Symbol.asyncIterator]();
    const waiting = iterator.next();
    assert.deepEqual(await within(iterator.return!(), "end of the iteration"), DONE);
    const next = read(orders as never, 1);
    assert.deepEqual(await within(waiting, "end of next"), DONE);
    server.write("orders/1");
    assert.deepEqual(await next, ["e-1"]);
    assert.deepEqual(await iterator.next(), DONE);
    assert.ok(!orders.bookmark?.includes('"seen":"1"'), orders.bookmark);
  });
});

test("return at the arrival of an event leaves the event to the next iteration", async (context) => {
  const server = await FakeServer.start(context);
  await useOrders(server, async (orders) => {
    const iterator = orders[Symbol.asyncIterator]();
    const waiting = iterator.next();
    const { deliver } = orders;
    orders.deliver = (delivery) => {
      deliver.call(orders, delivery);
      if (delivery.kind === "event") void iterator.return!();
    };
    server.write("orders/1");
    assert.deepEqual(await within(waiting, "end of next"), DONE);
    assert.deepEqual(await read(orders as never, 1), ["e-1"]);
  });
});

test("calls of next that wait receive one event each, and none after return", async (context) => {
  const server = await FakeServer.start(context);
  await useOrders(server, async (orders) => {
    const iterator = orders[Symbol.asyncIterator]();
    const [first, second, third] = [iterator.next(), iterator.next(), iterator.next()];
    for (const id of [1, 2]) server.write(`orders/${id}`);
    assert.deepEqual([(await first).value.id, (await second).value.id], ["e-1", "e-2"]);
    await iterator.return!();
    assert.deepEqual(await within(third, "end of next"), DONE);
  });
});

test("an iteration that threw an error is over", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url, validate }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (const id of [1, 2]) server.write(`orders/${id}`);
    const iterator = orders[Symbol.asyncIterator]();
    await assert.rejects(iterator.next(), /is bad/);
    assert.deepEqual(await iterator.next(), DONE);
    await assert.rejects(read(orders, 1), /e-2/);
  });
});

test("a stream of a subscription ends when it is destroyed, and loses no event", async (context) => {
  const server = await FakeServer.start(context);
  await useOrders(server, async (orders) => {
    const seen: string[] = [];
    const stream = Readable.from(orders).on("data", ({ id }) => seen.push(id));
    server.write("orders/1");
    await until(() => seen.length === 1);
    let isClosed = false;
    stream.on("close", () => (isClosed = true)).destroy();
    await until(() => isClosed);
    for (const id of [2, 3]) server.write(`orders/${id}`);
    assert.deepEqual(await read(orders as never, 2), ["e-2", "e-3"]);
  });
});

test("a pipeline of a stream of a subscription ends when its signal aborts", async (context) => {
  const server = await FakeServer.start(context);
  await useOrders(server, async (orders) => {
    const controller = new AbortController();
    const count = async (events: AsyncIterable<unknown>) => {
      for await (const _ of events) assert.fail("an event");
    };
    const running = pipeline(Readable.from(orders), count, { signal: controller.signal });
    await pause(20);
    controller.abort();
    await assert.rejects(within(running, "end of the pipeline"), { name: "AbortError" });
  });
});

test("a store does not have an event that arrived after the end of an iteration", async (context) => {
  const server = await FakeServer.start(context);
  const store = memoryStore();
  await useClient({ url: server.url, store }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    const iterator = orders[Symbol.asyncIterator]();
    void iterator.next();
    // Without an end, `return` would wait for the event.
    void iterator.return!();
    server.write("orders/1");
    await pause(20);
    void orders[Symbol.asyncIterator]().next().catch(() => {});
    await pause(20);
  });
  server.write("orders/2");
  await useClient({ url: server.url, store }, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS), 2), ["e-1", "e-2"]);
  });
});
