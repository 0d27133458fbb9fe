import assert from "node:assert/strict";
import { test } from "node:test";
import { reconnect } from "../server-events.js";
import { pause, until } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

test("reconnects to a restarted server, and receives the missed events", async (context) => {
  const server = await FakeServer.start(context);
  const states: string[] = [];
  await useClient({ url: server.url, onState: (state) => states.push(state) }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    await server.stop();
    server.write("orders/2");
    await until(() => states.includes("waiting"));
    await server.listen();
    server.write("orders/3");
    assert.deepEqual(await read(orders, 3), ["e-1", "e-2", "e-3"]);
  });
  assert.ok(states.filter((state) => state === "live").length >= 2, states.join());
});

test("delivers each event once and in order when connections are cut under load", async (context) => {
  const server = await FakeServer.start(context);
  let cuts = 0;
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    const reading = read(orders, 500);
    for (let number = 1; number <= 500; number++) {
      server.write(`orders/${number % 7}`);
      if (number % 40 === 0 && server.connections > 0) server.cut(), cuts++;
      if (number % 10 === 0) await pause(3);
    }
    assert.deepEqual(await reading, server.log.map((_, n) => `e-${n + 1}`));
  });
  assert.ok(cuts > 0);
});

test("opens the new connection before it closes the old one when it moves", async (context) => {
  const server = await FakeServer.start(context);
  const states: string[] = [];
  await useClient({ url: server.url, onState: (state) => states.push(state) }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.broadcast(reconnect());
    await until(() => server.maxConnections === 2 && server.connections === 1);
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-1"]);
  });
  assert.deepEqual(states, ["connecting", "subscribing", "live", "moving", "live", "closed"]);
});

test("leaves events in the log while 10,000 wait, and then receives them all", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (let number = 1; number <= 20_000; number++) {
      server.write(`orders/${number % 7}`);
      if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(server.sent >= 10_000 && server.sent < 20_000, `${server.sent} sent`);
    server.cut();
    assert.deepEqual(await read(orders, 20_000), server.log.map((_, n) => `e-${n + 1}`));
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-20001"]);
  });
});
