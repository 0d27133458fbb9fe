import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createStore, memoryStore, webStore } from "../../src/index.js";
import { pause, until } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

test("a store lets another client continue after the last handled event", async (context) => {
  const server = await FakeServer.start(context);
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
});

test("the order of subjects and types does not change the default name", (context) => {
  const names: string[] = [];
  const store = createStore({ load: (name) => void names.push(name), save: () => undefined });
  const client = createClient({ url: "ws://127.0.0.1:9", store });
  context.after(() => client.close());
  const [subjects, types] = [["orders/a", "users/b"], ["order.paid.v1", "order.placed.v1"]];
  client.subscribe(subjects, { types });
  client.subscribe([...subjects].reverse(), { types: [...types].reverse() });
  assert.deepEqual(names, Array(2).fill("orders/a,users/b,order.paid.v1,order.placed.v1"));
});

test("a bookmark lets another client continue", async (context) => {
  const server = await FakeServer.start(context);
  const bookmark = await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    server.write("orders/2");
    for await (const item of orders) if (item.type !== "gap" && item.id === "e-2") return orders.bookmark;
    return undefined;
  });
  assert.ok(bookmark);
  await useClient({ url: server.url }, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS, { bookmark }), 1), ["e-2"]);
  });
});

test("with the bookmark of a gap, another subscription receives the missed events", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-1"]);
    server.trim();
    server.cut();
    server.write("orders/2");
    assert.deepEqual(await read(orders, 1), ["gap: trimmed"]);
    const { bookmark } = orders;
    server.trim(false);
    assert.deepEqual(await read(client.subscribe(ORDERS, { bookmark }), 1), ["e-2"]);
  });
});

test("a subscription whose store cannot load reports the error, and then that events may be missing", async (context) => {
  const server = await FakeServer.start(context);
  server.write("orders/1");
  const saved: string[] = [];
  const load = () => Promise.reject(new Error("the disk is broken"));
  await useClient({ url: server.url, store: createStore({ load, save: (_, text) => void saved.push(text) }) }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    await assert.rejects(read(orders, 1), /the disk is broken/);
    // The second event ends the test also if there is no gap.
    for (const id of [1, 2]) server.write(`orders/${id}`);
    assert.deepEqual(await read(orders, 2), ["gap: position-unknown", "e-2"]);
    await until(() => saved.length > 0);
  });
});

test("an iteration throws the error of a store", async (context) => {
  const server = await FakeServer.start(context);
  const store = createStore({ load: () => null, save: () => Promise.reject(new Error("the disk is full")) });
  await useClient({ url: server.url, store }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    await assert.rejects(read(orders, 2), /the disk is full/);
  });
});

test("runs one save at a time, and the last save has the latest progress", async (context) => {
  const server = await FakeServer.start(context);
  const saved: string[] = [];
  const running: (() => void)[] = [];
  const save = async (_: string, text: string) => {
    await new Promise<void>((resolve) => running.push(resolve));
    saved.push(text);
  };
  await useClient({ url: server.url, store: createStore({ load: () => null, save }) }, async (client) => {
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
});

test("an event that cannot be saved causes one error", async (context) => {
  const server = await FakeServer.start(context);
  const errors: string[] = [];
  let saves = 0;
  const save = () => {
    saves++;
    throw new Error("the disk is full");
  };
  await useClient({ url: server.url, store: createStore({ load: () => null, save }) }, async (client) => {
    const orders = client.subscribe(ORDERS, { onEvent: () => {}, onError: ({ message }) => errors.push(message) });
    await orders.ready;
    await until(() => errors.length === 1);
    server.write("orders/1");
    await until(() => errors.length === 2);
    await pause(50);
  });
  assert.deepEqual([saves, errors.length], [2, 2]);
});

test("a subscription continues after a closed one whose save still runs", async (context) => {
  const server = await FakeServer.start(context);
  const running: (() => void)[] = [];
  let stored: string | undefined;
  const save = async (_: string, text: string) => {
    await new Promise<void>((resolve) => running.push(resolve));
    stored = text;
  };
  await useClient({ url: server.url, store: createStore({ load: () => stored, save }) }, async (client) => {
    const first = client.subscribe(ORDERS, { onEvent: () => {} });
    await first.ready;
    await until(() => running.length === 1);
    server.write("orders/1");
    await until(() => first.bookmark?.includes('"seen":"1"') === true);
    first.close();
    const second = client.subscribe(ORDERS);
    await second.ready;
    server.write("orders/2");
    assert.deepEqual(await read(second, 1), ["e-2"]);
    assert.equal(running.length, 1);
    second.close();
    running.pop()!();
    await until(() => running.length === 1);
    running.pop()!();
    await until(() => stored === second.bookmark);
  });
});

test("a callback that ends after close does not replace later progress", async (context) => {
  const server = await FakeServer.start(context);
  const saved = new Map<string, string>();
  const store = createStore({ load: (name) => saved.get(name), save: (name, text) => void saved.set(name, text) });
  let finish = () => {};
  await useClient({ url: server.url, store }, async (client) => {
    let calls = 0;
    const onEvent = () => new Promise<void>((resolve) => (calls++, (finish = resolve)));
    const slow = client.subscribe(ORDERS, { onEvent });
    await slow.ready;
    server.write("orders/1");
    await until(() => calls === 1);
    slow.close();
    const ids: string[] = [];
    const fast = client.subscribe(ORDERS, { onEvent: ({ id }) => ids.push(id) });
    for (const id of [2, 3]) server.write(`orders/${id}`);
    await until(() => ids.length === 3);
    await until(() => saved.get(ORDERS) === fast.bookmark);
    finish();
    await pause(50);
    assert.equal(saved.get(ORDERS), fast.bookmark);
  });
});

test("an event whose callback closes the subscription is handled", async (context) => {
  const server = await FakeServer.start(context);
  const store = memoryStore();
  await useClient({ url: server.url, store }, async (client) => {
    let isDone = false;
    const onEvent = async () => {
      orders.close();
      await pause(20);
      isDone = true;
    };
    const orders = client.subscribe(ORDERS, { onEvent });
    await orders.ready;
    for (const id of [1, 2]) server.write(`orders/${id}`);
    await until(() => isDone);
    await pause(20);
  });
  await useClient({ url: server.url, store }, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS), 1), ["e-2"]);
  });
});

test("an object that is no store is refused with the function that makes one", () => {
  const store = { load: () => undefined, save: () => {} } as never;
  assert.throws(() => createClient({ url: "ws://127.0.0.1", store }), /createStore/);
});
