import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, memoryStore, webStore } from "../../src/index.js";
import { pong, subscribed } from "../server-events.js";
import { pause, until } from "../wait.js";
import { FakeClocks } from "./fake-page.js";
import { FakeServer } from "./fake-server.js";
import { fakeWebSocket, type Sent } from "./fake-socket.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

test("a store lets another client continue after the last handled event", async () => {
  const server = await FakeServer.start();
  const items = new Map<string, string>();
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, text: string) => void items.set(name, text),
  };
  for (const store of [memoryStore(), webStore(storage)]) {
    await useClient({ url: server.url, store }, async (client) => {
      const orders = client.subscribe(ORDERS);
      await orders.ready;
      const first = server.log.length + 1;
      for (const id of [1, 2, 3]) server.write(`orders/${id}`);
      assert.deepEqual(await read(orders, 3), [first, first + 1, first + 2].map((offset) => `e-${offset}`));
    });
    server.write("orders/4");
    const last = server.log.length;
    await useClient({ url: server.url, store }, async (client) => {
      // The first client did not request an event after the third, so the third was not handled.
      assert.deepEqual(await read(client.subscribe(ORDERS), 2), [`e-${last - 1}`, `e-${last}`]);
    });
  }
  assert.ok(items.has("tablecast:orders/*"));
  await server.stop();
});

test("a bookmark lets another client continue", async () => {
  const server = await FakeServer.start();
  const bookmark = await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    server.write("orders/2");
    for await (const { id } of orders) if (id === "e-2") return orders.bookmark;
    return undefined;
  });
  assert.ok(bookmark);
  await useClient({ url: server.url }, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS, { bookmark }), 1), ["e-2"]);
  });
  await server.stop();
});

test("an iteration throws the error of a store", async () => {
  const server = await FakeServer.start();
  const store = { load: () => null, save: () => Promise.reject(new Error("the disk is full")) };
  await useClient({ url: server.url, store }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    await assert.rejects(read(orders, 2), /the disk is full/);
  });
  await server.stop();
});

test("the stored progress of an idle subscription advances with the log", async (context) => {
  const clocks = new FakeClocks(context);
  let logEnd = 10;
  const sent: Sent[] = [];
  const WebSocket = fakeWebSocket((message) => {
    sent.push(message);
    return message.action === "ping" ? pong(message.id, (logEnd += 100_000)) : subscribed(message.id, [ORDERS], logEnd);
  });
  const store = memoryStore();
  const client = connect({ url: "ws://x", WebSocket, store });
  const reading = read(client.subscribe(ORDERS), 1);
  await clocks.settle();
  await clocks.pass(60 * 60_000 + 1_000);
  assert.deepEqual(sent.map(({ action }) => action), ["subscribe", ...Array.from({ length: 60 }, () => "ping")]);
  client.close();
  await reading;
  const saved = JSON.parse((await store.load(ORDERS))!);
  assert.deepEqual(saved, { "tablecast/orders": { epoch: "e", floor: 5_600_010, seen: "" } });
});

test("runs one save at a time, and the last save has the latest progress", async () => {
  const server = await FakeServer.start();
  const saved: string[] = [];
  const running: (() => void)[] = [];
  const save = async (_: string, text: string) => {
    await new Promise<void>((resolve) => running.push(resolve));
    saved.push(text);
  };
  await useClient({ url: server.url, store: { load: () => null, save } }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (const id of [1, 2, 3]) {
      const reading = read(orders, 1);
      server.write(`orders/${id}`);
      await reading;
      await until(() => running.length > 0);
      await pause(20);
    }
    assert.equal(running.length, 1);
    orders.close();
    for (let saves = 1; saves <= 2; saves++) {
      running.pop()!();
      await until(() => saved.length === saves);
    }
    await pause(20);
    assert.deepEqual([running.length, saved.at(-1)], [0, orders.bookmark]);
  });
  await server.stop();
});
