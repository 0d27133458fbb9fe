import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { type Client, type Collection, collection, createClient, InvalidEvent, Refused } from "../../src/index.js";
import { until } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { useClient } from "./use-client.js";

const ORDERS = "orders/*";
const TYPE = "order.placed.v1";
const REMOVED = { type: "order.placed.removed.v1" };

interface Order {
  total: number;
}

/** Runs the action with the collection of a server that has two orders. */
async function useCollection(
  context: test.TestContext, action: (orders: Collection<Order>, server: FakeServer, client: Client<any>) => Promise<void>,
): Promise<void> {
  const server = await FakeServer.start(context);
  server.table.set("orders/1", { total: 1 }).set("orders/2", { total: 2 });
  await useClient<void, { [TYPE]: Order }>({ url: server.url }, async (client) => {
    await action(collection(client, ORDERS, { type: TYPE }), server, client);
  });
}

test("a collection is a map of the state, and follows changes", async (context) => {
  await useCollection(context, async (orders, server) => {
    assert.deepEqual([orders.size, orders.status], [0, "loading"]);
    await orders.ready;
    assert.equal(orders.status, "live");
    assert.deepEqual([...orders], [["orders/1", { total: 1 }], ["orders/2", { total: 2 }]]);
    assert.deepEqual([orders.get("orders/2"), orders.get("orders/3")], [{ total: 2 }, undefined]);
    assert.deepEqual([orders.has("orders/1"), orders.has("orders/3")], [true, false]);
    assert.deepEqual([[...orders.keys()], [...orders.values()].length, [...orders.entries()].length], [["orders/1", "orders/2"], 2, 2]);
    server.write("orders/3", { total: 3 });
    server.write("orders/1", {}, REMOVED);
    await until(() => orders.has("orders/3") && !orders.has("orders/1"));
    assert.equal(orders.size, 2);
  });
});

test("the items are another map after each change, and the same one between", async (context) => {
  await useCollection(context, async (orders, server) => {
    const empty = orders.items;
    assert.equal(orders.items, empty);
    await orders.ready;
    const before = orders.items;
    assert.equal(before.size, 2);
    assert.equal(empty.size, 0);
    const order = before.get("orders/2");
    server.write("orders/1", { total: 9 });
    await until(() => orders.items !== before);
    assert.deepEqual([before.get("orders/1"), orders.items.get("orders/1")], [{ total: 1 }, { total: 9 }]);
    assert.equal(orders.items.get("orders/2"), order);
    assert.equal(orders.items, orders.items);
  });
});

test("a listener is called once for all events of a frame", async (context) => {
  await useCollection(context, async (orders, server) => {
    const changes: [string[], boolean][] = [];
    const remove = orders.on("change", ({ subjects, replaced }) => changes.push([[...subjects], replaced]));
    await orders.ready;
    await until(() => changes.length === 1);
    server.write("orders/8", {});
    await until(() => changes.length === 2);
    const frames = [1, 2].map((n) => server.log[0]!.replace('"id":"e-1"', `"id":"x${n}"`).replace("e-1", `e-10${n}`));
    server.broadcast(frames.map((frame, n) => frame.replace("orders/8", `orders/${n + 5}`)).join());
    await until(() => orders.has("orders/6"));
    remove();
    server.write("orders/9");
    await until(() => orders.has("orders/9"));
    assert.deepEqual(changes, [
      [["orders/1", "orders/2"], true], [["orders/8"], false], [["orders/5", "orders/6"], false],
    ]);
  });
});

test("after a gap, a collection is stale until it has loaded again", async (context) => {
  await useCollection(context, async (orders, server) => {
    await orders.ready;
    const statuses: string[] = [];
    orders.on("change", () => void statuses.push(orders.status));
    server.table.delete("orders/1");
    server.trim();
    server.cut();
    await until(() => orders.size === 1);
    assert.deepEqual([orders.status, [...orders.keys()]], ["live", ["orders/2"]]);
    await until(() => statuses.length === 2);
    assert.deepEqual(statuses, ["stale", "live"]);
  });
});

test("a collection that is refused rejects, and reports the error", async (context) => {
  const server = await FakeServer.start(context);
  server.refuse(ORDERS);
  await useClient({ url: server.url }, async (client) => {
    const errors: Error[] = [];
    const orders = collection(client, ORDERS, { type: TYPE, onError: (error) => errors.push(error) });
    await assert.rejects(orders.ready, Refused);
    assert.deepEqual([orders.status, errors.length], ["refused", 1]);
  });
});

test("one refused subject of two is an error, and the other is ready", async (context) => {
  const server = await FakeServer.start(context);
  server.refuse("users/1");
  server.table.set("orders/1", {});
  await useClient({ url: server.url }, async (client) => {
    const errors: Error[] = [];
    const orders = collection(client, [ORDERS, "users/1"], { type: TYPE, onError: (error) => errors.push(error) });
    await orders.ready;
    assert.deepEqual([orders.size, orders.status, errors.map(({ message }) => message)], [
      1, "live", ["the server refused the subscription to users/1: not-granted"],
    ]);
  });
});

test("an onError that throws is an uncaught error, and other subscriptions start", async (context) => {
  const server = await FakeServer.start(context);
  server.refuse("users/1");
  const uncaught: unknown[] = [];
  // The test runner has a listener of its own, which would fail the test.
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => uncaught.push(error));
  context.after(() => {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  });
  await useClient({ url: server.url }, async (client) => {
    const onError = () => {
      throw new Error("mine");
    };
    const all = collection(client, ["users/1", ORDERS], { type: TYPE, onError });
    await Promise.all([client.subscribe("users/2").ready, all.ready]);
    await until(() => client.state === "live");
  });
  assert.deepEqual(uncaught, [new Error("mine")]);
});

test("without onError, the console shows the error", async (context) => {
  const server = await FakeServer.start(context);
  server.refuse(ORDERS);
  const error = context.mock.method(console, "error", () => {});
  await useClient({ url: server.url }, async (client) => {
    await assert.rejects(collection(client, ORDERS, { type: TYPE }).ready, Refused);
    assert.match(String(error.mock.calls[0]?.arguments[0]), /^tablecast: the server refused .* Set onError/);
  });
});

test("an item that does not match its schema is missing, with an error", async (context) => {
  const server = await FakeServer.start(context);
  server.table.set("orders/1", { total: 1 }).set("orders/2", "bad");
  const validate = ({ data }: { data: unknown }) => (data === "bad" ? "no object" : undefined);
  await useClient({ url: server.url, validate }, async (client) => {
    const errors: Error[] = [];
    const orders = collection(client, ORDERS, { type: TYPE, onError: (error) => errors.push(error) });
    await orders.ready;
    assert.deepEqual([[...orders.keys()], [...orders.missing], orders.unnamed], [["orders/1"], [["orders/2", "invalid"]], 0]);
    assert.ok(errors[0] instanceof InvalidEvent);
  });
});

test("close ends the changes and keeps the items", async (context) => {
  await useCollection(context, async (orders, server, client) => {
    await orders.ready;
    const statuses: string[] = [];
    orders.on("change", () => void statuses.push(orders.status));
    orders.close();
    await client.subscribe("users/1").ready;
    server.write("orders/3");
    server.write("users/1");
    await until(() => server.sent === 1);
    assert.deepEqual([orders.status, orders.size, statuses], ["closed", 2, ["closed"]]);
  });
});

test("close of the client closes its collections", async (context) => {
  const server = await FakeServer.start(context);
  const client = createClient({ url: server.url });
  const orders = collection(client, ORDERS, { type: TYPE });
  client.close();
  await assert.rejects(orders.ready, /the application closed the collection/);
  assert.equal(orders.status, "closed");
  const later = collection(client, ORDERS, { type: TYPE });
  await assert.rejects(later.ready, /the application closed the collection/);
});

test("a signal closes a collection, which then does not listen to it", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const controller = new AbortController();
    const orders = collection(client, ORDERS, { type: TYPE, signal: controller.signal });
    await orders.ready;
    assert.equal(getEventListeners(controller.signal, "abort").length, 1);
    controller.abort();
    assert.equal(orders.status, "closed");
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    const aborted = collection(client, ORDERS, { type: TYPE, signal: controller.signal });
    assert.equal(aborted.status, "closed");
  });
});

test("a collection and a subscription share the subject at the server", async (context) => {
  await useCollection(context, async (orders, server, client) => {
    const ids: string[] = [];
    const all = client.subscribe(ORDERS, { onEvent: ({ id }) => ids.push(id) });
    await Promise.all([orders.ready, all.ready]);
    server.write("orders/3", { total: 3 });
    await until(() => orders.has("orders/3") && ids.length === 1);
    assert.deepEqual(ids, ["e-1"]);
  });
});

test("a collection without a subject is an error", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    for (const none of ["", []]) assert.throws(() => collection(client, none, { type: TYPE }), /no subject/);
  });
});
