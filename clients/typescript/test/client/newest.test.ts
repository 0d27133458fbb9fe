import assert from "node:assert/strict";
import { test } from "node:test";
import { DeliveryQueue } from "../../src/delivery-queue.js";
import type { Client } from "../../src/index.js";
import type { Delivery } from "../../src/machine/delivery.js";
import type { CloudEvent } from "../../src/protocol/event.js";
import { pause, until } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

/** `a1` is the first event of the subject `a`. */
function event(id: string): Delivery {
  const all = { specversion: "1.0", source: "tablecast/orders", type: "order.placed.v1", data: {} } as const;
  return { kind: "event", event: { ...all, id, subject: id[0]! } satisfies CloudEvent };
}

function idsOf(queue: DeliveryQueue, count = Infinity): string[] {
  const ids: string[] = [];
  for (let next; ids.length < count && (next = queue.next()); ) ids.push(next.kind === "event" ? next.event.id : next.kind);
  return ids;
}

test("only the newest waiting event of each subject is kept, in the order of the log", () => {
  const queue = new DeliveryQueue(true);
  const gap = { type: "gap", source: "tablecast/orders", reason: "trimmed" } as const;
  for (const id of ["a1", "b1", "a2"]) queue.add(event(id));
  queue.add({ kind: "gap", gap });
  for (const id of ["c1", "a3"]) queue.add(event(id));
  assert.equal(queue.length, 4);
  assert.deepEqual(idsOf(queue), ["b1", "gap", "c1", "a3"]);
  assert.equal(queue.length, 0);
});

test("no subject waits for others that change more often", () => {
  const queue = new DeliveryQueue(true);
  const read: string[] = [];
  queue.add(event("a0"));
  queue.add(event("b0"));
  for (let turn = 1; turn <= 20; turn++) {
    read.push(...idsOf(queue, 1));
    for (const id of [`a${turn}`, `b${turn}`, `a${turn}`]) queue.add(event(id));
  }
  for (const subject of ["a", "b"]) {
    const ids = read.filter((id) => id.startsWith(subject));
    assert.ok(ids.length >= 9, read.join());
  }
});

test("without newestOnly, every event is kept", () => {
  const queue = new DeliveryQueue(false);
  for (const id of ["a1", "a2", "b1", "a1"]) queue.add(event(id));
  assert.deepEqual(idsOf(queue), ["a1", "a2", "b1", "a1"]);
});

test("while the application is busy, 20,000 events of 7 subjects need no pause", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS, { newestOnly: true });
    await orders.ready;
    for (let number = 1; number <= 20_000; number++) {
      server.write(`orders/${number % 7}`);
      if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(server.sent, 20_000);
    const last = client.subscribe("users/1");
    await last.ready;
    assert.deepEqual(await read(orders, 7), server.log.slice(-7).map((_, n) => `e-${20_000 - 6 + n}`));
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-20001"]);
    const resumed = client.subscribe(ORDERS, { bookmark: orders.bookmark });
    assert.deepEqual(await read(resumed, 1), ["e-20001"]);
  });
});

/** Subscribes with `newestOnly`, and handles the first event until `release` is called. */
async function subscribeBusy(client: Client, ids: string[]) {
  let release = () => {};
  const busy = new Promise<void>((resolve) => (release = resolve));
  const onEvent = ({ id }: { id: string }) => ids.push(id) === 1 && busy;
  const orders = client.subscribe(ORDERS, { newestOnly: true, onEvent });
  await orders.ready;
  return { orders, release };
}

test("a replaced event does not arrive after a newer one, when another subscription resumes from before it", async (context) => {
  const server = await FakeServer.start(context);
  const ids: string[] = [];
  const bookmark = await useClient({ url: server.url }, async (client) => {
    const { orders, release } = await subscribeBusy(client, ids);
    for (const subject of ["orders/0", "orders/1", "orders/1", "orders/1"]) server.write(subject);
    await until(() => ids.length === 1);
    await pause(50);
    release();
    await until(() => orders.bookmark?.includes("4") === true);
    return orders.bookmark;
  });
  assert.deepEqual(ids, ["e-1", "e-4"]);
  const before = JSON.stringify({ "tablecast/orders": { epoch: "e", floor: 1, seen: "" } });
  await useClient({ url: server.url }, async (client) => {
    const others = client.subscribe("orders/1", { bookmark: before });
    const orders = client.subscribe(ORDERS, { newestOnly: true, bookmark });
    assert.deepEqual(await read(others, 3), ["e-2", "e-3", "e-4"]);
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-5"]);
  });
});

test("the queue remembers 20,000 replaced events, and at least one of each subject", () => {
  const queue = new DeliveryQueue(true);
  for (let count = 0; count < 30_000; count++) for (const id of ["a", "b"]) queue.add(event(id));
  const all = [queue.next(), queue.next()].map((delivery) => (delivery?.kind === "event" ? delivery.replaced?.length : 0));
  assert.deepEqual(all, [10_000, 10_000]);
});

test("a late event that a newer one replaces is counted", async (context) => {
  const server = await FakeServer.start(context);
  const ids: string[] = [];
  await useClient({ url: server.url }, async (client) => {
    const { orders, release } = await subscribeBusy(client, ids);
    server.write("orders/0");
    for (const _ of [1, 2, 3]) server.write("orders/1", {}, { late: true });
    await until(() => orders.late === 3);
    release();
  });
});
